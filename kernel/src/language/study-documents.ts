/** Name of the document that declares a study. */
export function studyDocument(id: string): string {
  return `.wardbook-study-${id}.d.ts`;
}

/** Module name of a study's document, as cells import it. */
export function studyModule(id: string): string {
  return `./.wardbook-study-${id}`;
}
