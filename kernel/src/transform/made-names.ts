// Names that the transform writes into the code of cells, and that the user process provides; nothing else is here,
// because both sides load it at their start.

/** Same length as `import`: V8's REPL mode cannot resolve imports, this function can. */
export const IMPORT = '$mport';

/** Same length as `import.meta`. */
export const IMPORT_META = '$importMeta';

/** The function that line magics call. */
export const MAGIC = '$magic';

/** Writing any property of it throws the TypeError of a constant. */
export const CONSTANT = '$const';
