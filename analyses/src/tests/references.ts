import { readFileSync } from 'node:fs';

interface Reference {
  readonly name: string;
  readonly value: number;
  readonly tolerance: number;
}

/** Values of an analysis' reference.json by name. */
export function references(id: string): ReadonlyMap<string, Reference> {
  const entries = JSON.parse(
    readFileSync(new URL(`../${id}/reference.json`, import.meta.url), 'utf8')
  ) as Reference[];
  return new Map(entries.map(entry => [entry.name, entry]));
}

/** Relative difference of a number to its reference. */
export function distance(actual: number, reference: Reference): number {
  return Math.abs(actual - reference.value) / Math.max(Math.abs(reference.value), 1e-300);
}
