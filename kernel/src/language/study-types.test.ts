import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Dictionary, type StudyView } from '@wardbook/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TypeService } from './service.js';
import { studyTypes } from './study-types.js';

const demo = Dictionary.parse(
  JSON.parse(
    readFileSync(new URL('../../../notebooks/demo/dictionary.json', import.meta.url), 'utf8')
  )
);
const notebook = JSON.parse(
  readFileSync(new URL('../../../notebooks/01-relapse-risk.ipynb', import.meta.url), 'utf8')
) as { cells: { cell_type: string; source: string | string[] }[] };

/** A study of the demo dictionary: what types are made of, and no more. */
function demoStudy(): StudyView {
  const hospitals = ['north', 'centre', 'south', 'gbsg'].map(id => ({
    id,
    name: { en: `Hospital ${id}`, fr: `Hôpital ${id}` }
  }));
  return {
    study: { id: demo.study, title: demo.title },
    hospitals: [],
    dictionary: demo,
    charter: { hospitals }
  } as unknown as StudyView;
}

describe('types of a study', () => {
  let folder = '';
  let types: TypeService;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'wardbook-study-types-'));
    types = new TypeService({ folder, start: 'eager' });
    await types.setStudies([demoStudy()]);
  });
  afterAll(async () => {
    await types.dispose();
    await rm(folder, { recursive: true, force: true });
  });
  const cell = (body: string) => `%%federated breast-relapse as answer\n${body}`;
  const problems = async (source: string) =>
    (await types.diagnostics(source)).map(({ message, from, to }) => [
      source.slice(from, to),
      message
    ]);

  it('underlines a misspelt variable and says which one was meant', async () => {
    const [problem, ...others] = await problems(
      cell("kaplanMeier({ event: 'rfs', by: 'grad', mode: 'grid' })")
    );
    expect(others).toEqual([]);
    expect(problem?.[0]).toBe("'grad'");
    expect(problem?.[1]).toContain("Did you mean 'grade'?");
  });

  it('refuses a variable of the wrong kind, a wrong level, hospital or parameter', async () => {
    for (const body of [
      "kaplanMeier({ event: 'age', mode: 'grid' })",
      "kaplanMeier({ event: 'rfs', by: 'age', mode: 'grid' })",
      "kaplanMeier({ event: 'rfs', mode: 'fast' })",
      "kaplanMeier({ event: 'rfs', mode: 'grid', hospitals: ['nord'] })",
      "kaplanMeier({ event: 'rfs', mode: 'grid', grouping: 'grade' })",
      "coxRegression({ event: 'rfs', covariates: ['age', 'rfs'], mode: 'grid' })",
      "count({ cohort: where.in('grade', ['4']) })",
      "count({ cohort: where.between('grade', 1, 2) })",
      'kaplanMeier({})'
    ])
      expect(await problems(cell(body)), body).toHaveLength(1);
    const [level] = await problems(cell("count({ cohort: where.eq('grad', '3') })"));
    expect(level?.[1]).toContain("Did you mean 'grade'?");
  });

  it('accepts right questions, also several in one cell', async () => {
    expect(
      await problems(
        cell(
          "const cohort = where.and(where.between('age', 40, 70), where.in('grade', ['3']), where.not(where.eq('meno', true)));\n({ all: count(), km: kaplanMeier({ event: 'rfs', by: 'size', mode: 'grid', cohort, hospitals: ['north', 'centre', 'south'] }) }) // both"
        )
      )
    ).toEqual([]);
  });

  it('types the released values of a federated cell and of a record of plans', async () => {
    types.executed({
      id: 'a',
      count: 1,
      source: cell("kaplanMeier({ event: 'rfs', mode: 'grid' })")
    });
    expect(
      await problems('const days: number | null = answer.values.groups[0].medianDays;')
    ).toEqual([]);
    expect(await problems('answer.values.medianDays')).toHaveLength(1);
    types.executed({ id: 'b', count: 2, source: cell('({ all: count() })') });
    expect(await problems('answer.all.values.rows[0].level')).toEqual([]);
    expect(await problems('answer.everybody')).toHaveLength(1);
  });

  it('types a study in plain cells by its id, and lets an unknown one pass untyped', async () => {
    const ask = (id: string) =>
      problems(
        `const s = await study('${id}'); (await s.run(s.kaplanMeier({ event: 'rfs', by: 'grad', mode: 'grid' }))).values.groups`
      );
    expect(await ask('breast-relapse')).toHaveLength(1);
    expect(await ask('another-study')).toEqual([]);
  });

  it('completes variables inside of quotes, with the label of the dictionary elsewhere', async () => {
    const source = cell("kaplanMeier({ event: 'rfs', by: 'gr' })");
    const offset = source.indexOf("gr'") + 2;
    const items = (await types.complete(source, offset))?.items ?? [];
    expect(items.map(({ text, start, end }) => [text, source.slice(start, end)])).toEqual([
      ['grade', 'gr']
    ]);
  });

  it('finds nothing to say about the notebook of the demonstration', async () => {
    const cells = notebook.cells
      .filter(({ cell_type: type }) => type === 'code')
      .map(({ source }, index) => ({ id: String(index), source: [source].flat().join('') }));
    types.setCells(cells);
    for (const { id, source } of cells) expect(await types.problems(id), source).toEqual([]);
  });

  it('keeps comments closed whatever a dictionary says, and hides identifying variables', () => {
    const study = demoStudy();
    const [age, ...others] = demo.variables;
    if (age === undefined) throw new Error('no variables');
    const text = studyTypes({
      ...study,
      dictionary: {
        ...demo,
        variables: [
          { ...age, label: { en: 'Age */ } export {}', fr: 'Âge' } },
          { ...age, name: 'initials', sensitivity: 'identifying' },
          ...others
        ]
      }
    });
    expect(text).toContain('Age * / } export {}');
    expect(text).not.toContain('initials');
  });
});
