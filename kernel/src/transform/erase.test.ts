import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transformSync } from 'amaro';
import { describe, expect, it } from 'vitest';
import { applyEdits } from './edits.js';
import { eraseTypes } from './erase.js';
import { parseSource } from './parser.js';

const KERNEL = fileURLToPath(new URL('..', import.meta.url));

function erased(source: string): string {
  return applyEdits(source, eraseTypes(source, parseSource(source)).edits).code;
}

/** What runs, whatever blanks and semicolons stand between. */
function tokens(code: string): string {
  return code.replace(/[;\s]+/g, ' ').trim();
}

const CELLS: readonly (readonly [what: string, source: string, made: string])[] = [
  ['an annotation', 'let x: number = 1', 'let x         = 1'],
  ['an optional parameter', '(a?: string) => a', '(a         ) => a'],
  ['a definite variable', 'let x!: number', 'let x         '],
  ['a non-null assertion', 'a!.b', 'a .b'],
  ['a cast before an index', 'let x = a as B\n[1].map(f)', 'let x = a    ;\n[1].map(f)'],
  ['a this parameter', 'function f(this: A, b: B) {}', 'function f(         b   ) {}'],
  ['an interface', 'a\ninterface I { b: string }\n(c)', 'a\n;                        \n(c)'],
  ['an overload', 'function f(): void\nfunction f() {}', ';                 \nfunction f() {}'],
  [
    'an abstract class',
    'abstract class A { abstract b(): void }',
    '         class A { ;                  }'
  ],
  ['modifiers', 'class A { private readonly b = 1 }', 'class A {                  b = 1 }'],
  [
    'a modifier before a computed name',
    'class A { b = 1\n private [c] = 2 }',
    'class A { b = 1\n ;       [c] = 2 }'
  ],
  [
    'implements',
    'class A extends B<C> implements D, E {}',
    'class A extends B                    {}'
  ],
  ['type arguments', 'f<A>(b); new C<D>()', 'f   (b); new C   ()'],
  ['a generic arrow', 'const f = <A,>(a: A): A => a', 'const f =     (a   )    => a'],
  ['an arrow whose type spans lines', '(a)\n: A => a', '(a \n  ) => a'],
  ['type imports', "import { type A, b } from 'c'", "import {         b } from 'c'"],
  ['satisfies', 'a satisfies B', 'a           ;'],
  ['a comment that looks like a type', 'a /* as B */ as C', 'a /* as B */    ;']
];

describe('types', () => {
  for (const [what, source, made] of CELLS)
    it(`are blanked in place: ${what}`, () => {
      expect(erased(source)).toBe(made);
      expect(made).toHaveLength(source.length);
    });

  it('are blanked as the stripper of Node does it, in every source of the kernel', () => {
    for (const entry of readdirSync(KERNEL, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || !entry.name.endsWith('.ts')) continue;
      const path = join(entry.parentPath, entry.name);
      const source = readFileSync(path, 'utf8');

      const ours = erased(source);

      expect(ours, path).toHaveLength(source.length);
      expect(tokens(ours), path).toBe(tokens(transformSync(source, { mode: 'strip-only' }).code));
    }
  });

  it('do not suffice where TypeScript has run-time meaning', () => {
    const needsEmit = (source: string) => eraseTypes(source, parseSource(source)).needsEmit;

    expect(['enum A { B }', 'namespace A { export const b = 1 }'].every(needsEmit)).toBe(true);
    expect(['class A { constructor(private b: C) {} }', '@a class B {}'].every(needsEmit)).toBe(
      true
    );
    expect(needsEmit('x => <A>{ b: 1 }')).toBe(true);
    expect(needsEmit('declare enum A { B }')).toBe(false);
    expect(needsEmit('const a: B = c as D')).toBe(false);
  });
});
