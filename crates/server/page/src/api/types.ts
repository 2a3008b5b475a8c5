// The contract's schemas by their names; `contract.d.ts` is made from the contract by every build.

import type { components } from "./contract.d.ts";

type Schemas = components["schemas"];

export type ChangeItem = Schemas["ChangeItem"];
export type ChangeSet = Schemas["ChangeSet"];
export type Counts = Schemas["Counts"];
export type Drained = Schemas["Drained"];
export type DrainedFrom = Schemas["DrainedFrom"];
export type DrainedMachine = Schemas["DrainedMachine"];
export type ErrorBody = Schemas["Error"];
export type ErrorCode = Schemas["ErrorCode"];
export type ItemOutcome = Schemas["ItemOutcome"];
export type Kind = Schemas["LoadBalancerKind"];
export type LoadBalancer = Schemas["LoadBalancer"];
export type MachineEverywhere = Schemas["MachineEverywhere"];
export type MachineEvent = Schemas["MachineEvent"];
export type MachineInfo = Schemas["MachineInfo"];
export type Manager = Schemas["Manager"];
export type PlacedRegistration = Schemas["PlacedRegistration"];
export type Registration = Schemas["Registration"];
export type TargetGroupTargets = Schemas["TargetGroupTargets"];
export type TargetState = Schemas["TargetState"];
