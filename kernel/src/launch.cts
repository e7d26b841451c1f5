// What a kernelspec starts: the bundle of the protocol process, or its modules where the bundle is missing or older
// than they are. CommonJS, because Node needs fewer milliseconds to begin it.

const BUNDLE = './start/main.cjs';
/** Where the compiler leaves a mark at each change; an installed package has none. */
const COMPILED = ['.', '../../protocol/dist', '../../guard/dist', '../../analyses/dist'];

const fs = process.getBuiltinModule('node:fs');
const path = process.getBuiltinModule('node:path');

/** When a file was written, ms; 0 where there is none. */
function writtenAt(file: string): number {
  return fs.statSync(path.join(__dirname, file), { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

const compiledAt = Math.max(...COMPILED.map(folder => writtenAt(`${folder}/.tsbuildinfo`)));
if (writtenAt(BUNDLE) <= compiledAt) void import('./main.js');
else module.require(BUNDLE);
