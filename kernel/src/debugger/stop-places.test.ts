import { describe, expect, it } from 'vitest';
import { caughtStretches, stopPlaces } from './stop-places.js';

const lines = (source: string) => stopPlaces(source).map(({ line }) => line);

describe('stopPlaces', () => {
  it('leaves out lines on which nothing runs', () => {
    const source =
      'interface A {\n  b: number;\n}\nlet a: A;\n\n// note\nf(1);\nfunction f(x: number) {\n  return x;\n}';

    expect(lines(source)).toEqual([7, 9]);
  });

  it('finds the lines of branches, loops and arrow functions', () => {
    const source =
      'for (const x of [1]) {\n  if (x)\n    f(x);\n}\nconst g = (y: number) =>\n  y + 1;';

    expect(lines(source)).toEqual([1, 2, 3, 5, 6]);
  });

  it('has none for a cell that does not parse', () => {
    expect(lines('let = = 1')).toEqual([]);
  });

  it('names the blocks whose errors a cell catches', () => {
    const source = 'try { a(); } catch {}\ntry { b(); } finally {}';

    expect(caughtStretches(source).map(({ start, end }) => source.slice(start, end))).toEqual([
      '{ a(); }'
    ]);
  });
});
