import { z } from 'zod';
import { Challenge } from './challenge.js';
import { Contribution } from './contribution.js';
import { Hello } from './hello.js';
import { Refusal } from './refusal.js';
import { Release } from './release.js';
import { RoundOpen } from './round-open.js';
import { RunEnd } from './run-end.js';
import { Welcome } from './welcome.js';

/** Everything a coordinator may send to a hospital. */
export const CoordinatorMessage = z.discriminatedUnion('type', [
  Challenge,
  Welcome,
  RoundOpen,
  RunEnd
]);
/** Everything a coordinator may send to a hospital. */
export type CoordinatorMessage = z.infer<typeof CoordinatorMessage>;

/** Everything a hospital may send to a coordinator. */
export const HospitalMessage = z.discriminatedUnion('type', [
  Hello,
  Contribution,
  Release,
  Refusal
]);
/** Everything a hospital may send to a coordinator. */
export type HospitalMessage = z.infer<typeof HospitalMessage>;
