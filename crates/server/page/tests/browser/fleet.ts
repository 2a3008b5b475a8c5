// A small fleet with something of everything: two groups behind one load balancer, one machine that fails, one that is in three
// places, and the last healthy one of a group.

export const ID = (number: number) => `i-0a1b2c3d4e5f6000${number}`;

export const FLEET = `
instances:
  - {id: ${ID(1)}, name: web-1, availabilityZone: us-east-1a}
  - {id: ${ID(2)}, name: web-2, availabilityZone: us-east-1b}
  - {id: ${ID(3)}, name: web-3, availabilityZone: us-east-1a, failing: {responseCode: 503}}
  - {id: ${ID(4)}, name: api-1, availabilityZone: us-east-1b, instanceType: m7g.large}
  - {id: ${ID(5)}, name: api-2, availabilityZone: us-east-1a, instanceType: m7g.large}
  - {id: i-06060a1e235609999, availabilityZone: us-east-1a}
loadBalancers:
  - {name: default-alb}
  - {name: internal-api, kind: network, scheme: internal}
  - {name: batch, scheme: internal}
targetGroups:
  - {name: default-tg, usedBy: [{loadBalancer: default-alb, port: 80}]}
  - {name: admin-tg, port: 8080, usedBy: [{loadBalancer: default-alb, port: 8080}]}
  - {name: api-tg, protocol: TCP, port: 443, usedBy: [{loadBalancer: internal-api, port: 443}]}
  - {name: batch-tg, usedBy: [{loadBalancer: batch, port: 80}]}
registrations:
  - {targetGroup: default-tg, id: ${ID(1)}}
  - {targetGroup: default-tg, id: ${ID(2)}}
  - {targetGroup: default-tg, id: ${ID(3)}}
  - {targetGroup: admin-tg, id: ${ID(1)}}
  - {targetGroup: api-tg, id: ${ID(4)}}
  - {targetGroup: api-tg, id: ${ID(5)}}
classicLoadBalancers:
  - {name: legacy, instances: [${ID(2)}]}
`;

/** One load balancer with so many machines. */
export function large(machines: number): string {
  const ids = Array.from({ length: machines }, (_, number) => `i-0${number.toString(16).padStart(16, "0")}`);
  return `
instances:
${ids.map((id, number) => `  - {id: ${id}, name: web-${number + 1}}`).join("\n")}
loadBalancers: [{name: large}]
targetGroups: [{name: large-tg, usedBy: [{loadBalancer: large, port: 80}]}]
registrations:
${ids.map((id) => `  - {targetGroup: large-tg, id: ${id}}`).join("\n")}
`;
}
