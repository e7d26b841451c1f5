import ts from 'typescript';
import { expect, it } from 'vitest';
import { WIDGET_TYPES } from './cell-types.js';

const CELL = `
const dose = slider({ value: 3, style: { handleColor: 'red' }, layout: { width: '50%' } });
const chosen: number = await dose.next('value');
const by = dropdown({ options: ['grade', 'stage'] });
const column: 'grade' | 'stage' = by.value;
const pairs = dropdown({ options: [['One', 1], ['Two', 2]] });
const number: 1 | 2 = pairs.value;
const counter = anywidget({ esm: '', state: { count: 0 } });
counter.on('count', count => count.toFixed());
linkValue(dose, label(), gray => gray.toFixed());
hbox([dose, by, button({ icon: 'play' }, () => chosen)]);
`;
const WRONG = [
  "slider().value = 'three';",
  'slider({ valu: 3 });',
  "slider().on('vlaue', () => 1);",
  "slider({ layout: { widht: '1em' } });",
  "dropdown({ options: ['grade'], value: 'stage' });",
  'linkValue(slider(), label());'
];

it('types of widgets accept what the makers take, and name each mistake of a cell', () => {
  const cell = `export {};${CELL}${WRONG.join('\n')}`;
  const files = new Map([
    ['/globals.d.ts', `export {};\ndeclare global {${WIDGET_TYPES}}`],
    ['/cell.ts', cell]
  ]);
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    types: [],
    target: ts.ScriptTarget.ESNext,
    module: ts.ModuleKind.ESNext
  };
  const host = ts.createCompilerHost(options);
  const read = host.getSourceFile.bind(host);
  host.getSourceFile = (name, target) => {
    const text = files.get(name);
    return text === undefined ? read(name, target) : ts.createSourceFile(name, text, target);
  };
  const program = ts.createProgram([...files.keys()], options, host);
  const found = ts.getPreEmitDiagnostics(program);

  const first = cell.slice(0, cell.indexOf(WRONG[0] ?? '')).split('\n').length;
  const lines = found.map(({ file, start = 0 }) =>
    file === undefined ? -1 : file.getLineAndCharacterOfPosition(start).line + 1 - first
  );
  expect(lines).toEqual(WRONG.map((_, at) => at));
});
