import { z } from 'zod';

/** Lower-case words joined by hyphens, 1–64 characters: the form of every id a person chooses. */
const slug = z
  .string()
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/)
  .max(64);
const hash = z.string().regex(/^[0-9a-f]{64}$/);

/** Id of a study, such as `breast-relapse`. */
export const StudyId = slug.brand<'StudyId'>();
/** Id of a study. */
export type StudyId = z.infer<typeof StudyId>;

/** Id of a hospital inside a study's charter, such as `north`. */
export const HospitalId = slug.brand<'HospitalId'>();
/** Id of a hospital. */
export type HospitalId = z.infer<typeof HospitalId>;

/** Id of a member (a person) inside a study's charter. */
export const MemberId = slug.brand<'MemberId'>();
/** Id of a member. */
export type MemberId = z.infer<typeof MemberId>;

/** Id of a run: 32 hexadecimal characters, random. */
export const RunId = z
  .string()
  .regex(/^[0-9a-f]{32}$/)
  .brand<'RunId'>();
/** Id of a run. */
export type RunId = z.infer<typeof RunId>;

/** SHA-256 of a canonical document, 64 hexadecimal characters. */
export const Hash = hash.brand<'Hash'>();
/** SHA-256 of a canonical document. */
export type Hash = z.infer<typeof Hash>;

/** Raw bytes as lower-case hexadecimal; `bytes` fixes the length. */
export const hexBytes = (bytes: number) => z.string().regex(new RegExp(`^[0-9a-f]{${bytes * 2}}$`));
