import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KERNEL, KernelHome, PYTHON, inRepository } from './kernel-home.js';

interface Opened {
  readonly id: string;
  readonly target: string;
  readonly version: string;
  readonly state: Readonly<Record<string, unknown>>;
  readonly paths: readonly unknown[];
}

describe.skipIf(PYTHON === '')('widgets on the wire', () => {
  let home: KernelHome;
  beforeAll(async () => {
    home = await KernelHome.create();
  });
  afterAll(() => home[Symbol.asyncDispose]());

  const play = async (scenario: string): Promise<Record<string, unknown>> => {
    const client = inRepository('testbed/clients/widgets.py');
    const { stdout } = await home.python([client, KERNEL, scenario], { limitMs: 60_000 });
    return JSON.parse(stdout) as Record<string, unknown>;
  };

  it('open layout, style and widget, each with the version of the protocol, before the view is shown', async () => {
    const seen = await play('opens');
    const opened = seen['opened'] as Opened[];
    const [layout, style, slider] = opened;
    expect(seen['order']).toEqual(['comm_open', 'comm_open', 'comm_open', 'execute_result']);
    expect(seen['view']).toEqual({ version_major: 2, version_minor: 0, model_id: slider?.id });
    for (const { target, version, paths } of opened)
      expect([target, version, paths]).toEqual(['jupyter.widget', '2.1.0', []]);
    expect(slider?.state).toMatchObject({
      _model_name: 'IntSliderModel',
      _model_module: '@jupyter-widgets/controls',
      _model_module_version: '2.0.0',
      layout: `IPY_MODEL_${layout?.id}`,
      style: `IPY_MODEL_${style?.id}`,
      value: 3,
      max: 10,
      description: 'Dose'
    });
  });

  it('give a cell that waits what a person chose', async () => {
    expect(await play('awaits')).toEqual({
      printed: 'chosen 21\n',
      result: '42',
      later: '22',
      echo: [{ method: 'echo_update', state: { value: 21 }, buffer_paths: [] }]
    });
  });

  it('run handlers of clicks, whose outputs and errors belong to the click', async () => {
    const seen = await play('click');
    expect(seen).toMatchObject({
      cell: 'the cell goes on\n',
      first: 'click 1\nafter a wait\n',
      count: '2'
    });
    expect(seen['second']).toMatch(/^click 2\n[^]*RangeError: twice/);
    expect(seen['second']).not.toContain('after a wait');
  });

  it('move a progress bar while its cell computes without an await', async () => {
    expect(await play('progress')).toEqual({ busy_at_first: true, values: [1, 2, 3] });
  });

  it('tell a front end that comes later of all models, and carry bytes both ways', async () => {
    const seen = await play('late');
    expect(seen).toMatchObject({
      method: 'update_states',
      names: ['AnyModel', 'LayoutModel'],
      state: { _model_module: 'anywidget', zoom: 1 },
      paths: true,
      bytes: [[1, 2, 255]],
      read: "'7,8'"
    });
    expect(seen['state']).not.toHaveProperty('pixels');
  });
});
