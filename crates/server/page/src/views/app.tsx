// The page as a whole: who asks, where they are.

import { useCallback, useEffect, useMemo, useState } from "preact/hooks";

import { asFailure, type Failure } from "../api/failure.ts";
import { Service, wantsCredentials } from "../api/service.ts";
import { Activities } from "../model/activities.ts";
import { href, read, type Route } from "../model/route.ts";
import { idProblem } from "../model/words.ts";
import { ActivityList } from "./activity.tsx";
import { LoadBalancerView } from "./load_balancer.tsx";
import { LoadBalancers } from "./load_balancers.tsx";
import { MachineView } from "./machine.tsx";
import { Maintenance } from "./maintenance.tsx";
import { Empty, Failed, Heading, Working } from "./parts.tsx";
import { SessionContext } from "./session.ts";
import { SignIn } from "./sign_in.tsx";

/** Whether the service wants to know who asks, and who does. `who` is nobody where it does not. */
type Entrance =
  | { is: "asking" }
  | { is: "failed"; failure: Failure }
  | { is: "closed"; why: Failure | undefined }
  | { is: "open"; service: Service; who: string | undefined };

export function App() {
  const [entrance, setEntrance] = useState<Entrance>({ is: "asking" });
  const knock = useCallback(() => {
    const service = new Service();
    setEntrance({ is: "asking" });
    service.loadBalancers().then(
      () => setEntrance({ is: "open", service, who: undefined }),
      (error: unknown) => {
        const failure = asFailure(error);
        // Whoever did not sign in yet is not told that they did not. Other failures are the views' to show.
        if (wantsCredentials(error)) setEntrance({ is: "closed", why: undefined });
        else if (failure.isLost) setEntrance({ is: "failed", failure });
        else setEntrance({ is: "open", service, who: undefined });
      },
    );
  }, []);
  useEffect(knock, []);
  const refused = useCallback((why: Failure) => setEntrance({ is: "closed", why }), []);

  switch (entrance.is) {
    case "asking":
      return <><Bar /><main><Working>Asking the service…</Working></main></>;
    case "failed":
      return <><Bar /><main><Failed failure={entrance.failure} title="Nobody is there" again={knock} /></main></>;
    case "closed":
      return <><Bar /><SignIn why={entrance.why} onSignedIn={(service, who) => setEntrance({ is: "open", service, who })} /></>;
    case "open":
      return <Inside key={entrance.who} service={entrance.service} who={entrance.who} refused={refused} onLeave={() => setEntrance({ is: "closed", why: undefined })} />;
  }
}

function Inside({ service, who, refused, onLeave }: { service: Service; who: string | undefined; refused: (why: Failure) => void; onLeave: () => void }) {
  const activities = useMemo(() => new Activities(), [service]);
  useEffect(() => () => activities.end(), [activities]);
  const session = useMemo(() => ({ service, activities, refused }), [service, activities, refused]);
  const route = useRoute();
  useSearchKey();
  return (
    <SessionContext.Provider value={session}>
      <Bar route={route} who={who} onLeave={onLeave} />
      <View route={route} />
      <ActivityList />
    </SessionContext.Provider>
  );
}

function View({ route }: { route: Route }) {
  switch (route.at) {
    case "loadBalancers":
      return <LoadBalancers />;
    case "loadBalancer":
      return <LoadBalancerView key={`${route.kind} ${route.name}`} name={route.name} kind={route.kind} />;
    case "maintenance":
      return <Maintenance />;
    case "machine":
      return <MachineView key={route.id} id={route.id} />;
    case "nowhere":
      return <main><Heading title="Nothing here" /><Empty title="The page has no such place"><p><a href={href({ at: "loadBalancers" })}>Load balancers</a></p></Empty></main>;
  }
}

function Bar({ route, who, onLeave }: { route?: Route; who?: string | undefined; onLeave?: () => void }) {
  const balancers = route?.at === "loadBalancers" || route?.at === "loadBalancer";
  return (
    <header class="bar">
      <a class="mark" href={href({ at: "loadBalancers" })}><img src="page/icon.svg" alt="" width="20" height="20" />elb-instance-manager</a>
      {route && (
        <nav aria-label="Main">
          <a href={href({ at: "loadBalancers" })} aria-current={balancers ? "page" : undefined}>Load balancers</a>
          <a href={href({ at: "maintenance" })} aria-current={route.at === "maintenance" ? "page" : undefined}>Maintenance</a>
        </nav>
      )}
      <span class="spacer" />
      {route && <Find />}
      <a class="api" href="swagger/">API</a>
      {who && <span class="who"><span class="who-name">{who}</span> <button type="button" class="quiet" onClick={onLeave}>Sign out</button></span>}
    </header>
  );
}

/** Goes to a machine by its id. */
function Find() {
  const [id, setId] = useState("");
  const [problem, setProblem] = useState<string>();
  return (
    <form
      class="find" role="search"
      onSubmit={(event) => {
        event.preventDefault();
        const wrong = idProblem(id.trim());
        setProblem(wrong);
        if (wrong) return;
        location.hash = href({ at: "machine", id: id.trim() });
        setId("");
      }}
    >
      <input
        class="mono" value={id} aria-label="Find a machine by its id" placeholder="Find i-…" autocomplete="off" autocapitalize="none" spellcheck={false}
        aria-invalid={!!problem} aria-describedby={problem ? "find-problem" : undefined}
        onInput={(event) => (setId(event.currentTarget.value), setProblem(undefined))}
      />
      {problem && <p class="problem" id="find-problem" role="alert">{problem}</p>}
    </form>
  );
}

function useRoute(): Route {
  const [route, setRoute] = useState(() => read(location.hash));
  useEffect(() => {
    const go = () => {
      // From here on a new view takes the focus; the first one leaves it to the browser.
      document.body.dataset["moved"] = "";
      setRoute(read(location.hash));
      scrollTo(0, 0);
    };
    addEventListener("hashchange", go);
    return () => removeEventListener("hashchange", go);
  }, []);
  return route;
}

/** `/` goes to the search, as in many tools. */
function useSearchKey() {
  useEffect(() => {
    const key = (event: KeyboardEvent) => {
      const target = event.target as HTMLElement;
      if (event.key !== "/" || event.ctrlKey || event.metaKey || /^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName)) return;
      const search = document.querySelector<HTMLInputElement>("[data-search]");
      if (!search || document.querySelector("dialog[open]")) return;
      event.preventDefault();
      search.focus();
    };
    addEventListener("keydown", key);
    return () => removeEventListener("keydown", key);
  }, []);
}
