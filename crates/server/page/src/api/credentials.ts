// What the caller signs in with, as the header that carries it. It lives in memory alone: a reload forgets it.

export type Credentials =
  | { by: "token"; token: string }
  | { by: "password"; user: string; password: string };

export function authorization(credentials: Credentials): string {
  if (credentials.by === "token") return `Bearer ${credentials.token}`;
  return `Basic ${base64(`${credentials.user}:${credentials.password}`)}`;
}

/** `btoa` knows bytes only. */
function base64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}
