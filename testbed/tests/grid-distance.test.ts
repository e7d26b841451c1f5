import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { gridDistance } from '@wardbook/cli';
import { describe, expect, it } from 'vitest';

const R = new URL('../../analyses/src/cox-regression/reference.json', import.meta.url);
const DEMO = fileURLToPath(new URL('../../notebooks/demo', import.meta.url));
const NAMES = ['age', 'meno', 'size 20to50', 'size gt50', 'grade 3', 'nodes', 'hormon'];

describe('the distance of grid to exact times', () => {
  it('of the demo’s hazard ratios is that between the two models of R', async () => {
    const entries = JSON.parse(await readFile(R, 'utf8')) as { name: string; value: number }[];
    const of = (mode: string, name: string) =>
      entries.find(entry => entry.name === `${mode} coefficient ${name}`)?.value ?? Number.NaN;
    const percents = NAMES.map(
      name => 100 * Math.abs(Math.exp(of('grid', name) - of('exact', name)) - 1)
    );

    const { hazardRatioPercent, survivalPoints } = await gridDistance(DEMO);

    expect(Math.abs(hazardRatioPercent - Math.max(...percents))).toBeLessThan(1e-6);
    expect(survivalPoints).toBeGreaterThan(0);
    expect(survivalPoints).toBeLessThan(5);
  });
});
