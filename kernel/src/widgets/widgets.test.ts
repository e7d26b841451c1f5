import { setTimeout as after } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { mimeOf } from '../user/mime.js';
import { FrontEnd } from './widgets.fixture.js';

const NAMES = ['_model_module', '_model_module_version', '_model_name', '_view_name'];

describe('the life of a widget', () => {
  it('tells the front end nothing before the widget is shown, then layout and style before the widget', () => {
    const front = new FrontEnd();
    const slider = front.make.slider({ value: 3, max: 10, layout: { width: '50%' } });
    slider.set({ value: 4 });
    expect(front.sent).toEqual([]);

    expect(mimeOf(slider)).toEqual({
      data: {
        'text/plain':
          "IntSlider { value: 4, min: 0, max: 10, step: 1, orientation: 'horizontal', readout: true, readoutFormat: 'd', continuousUpdate: true }",
        'application/vnd.jupyter.widget-view+json': {
          version_major: 2,
          version_minor: 0,
          model_id: slider.id
        }
      },
      metadata: {}
    });
    const opens = front.sent.map(one => [one.type, front.opened(one.commId)['_model_name']]);
    expect(opens).toEqual([
      ['comm-open', 'LayoutModel'],
      ['comm-open', 'SliderStyleModel'],
      ['comm-open', 'IntSliderModel']
    ]);
    expect(front.sent.map(({ metadata }) => metadata)).toEqual(
      Array.from({ length: 3 }, () => ({ version: '2.1.0' }))
    );
    const [layout, style] = front.sent;
    expect(front.opened(layout?.commId ?? '')).toMatchObject({ width: '50%', height: null });
    expect(front.opened(slider.id)).toMatchObject({
      _model_module: '@jupyter-widgets/controls',
      _model_module_version: '2.0.0',
      layout: `IPY_MODEL_${layout?.commId}`,
      style: `IPY_MODEL_${style?.commId}`,
      value: 4,
      readout_format: 'd'
    });
  });

  it('opens each kind under the names that ipywidgets 8.1 gives it', () => {
    const { make, ...front } = new FrontEnd();
    const kinds = [
      make.slider(),
      make.slider({ step: 0.1 }),
      make.button(),
      make.progressBar({ whole: true }),
      make.progressBar(),
      make.textInput(),
      make.checkbox(),
      make.dropdown({ options: ['a'] }),
      make.htmlWidget('<b>x</b>'),
      make.label('x'),
      make.hbox([]),
      make.vbox([]),
      make.anywidget({ esm: 'export default {}' })
    ];
    const opened = kinds.map(({ id }) => {
      const message = front.sent.find(({ commId }) => commId === id);
      const state = message?.data['state'] as Record<string, unknown>;
      return NAMES.map(name => state[name]).join(' ');
    });
    const controls = '@jupyter-widgets/controls 2.0.0';
    expect(opened).toEqual([
      `${controls} IntSliderModel IntSliderView`,
      `${controls} FloatSliderModel FloatSliderView`,
      `${controls} ButtonModel ButtonView`,
      `${controls} IntProgressModel ProgressView`,
      `${controls} FloatProgressModel ProgressView`,
      `${controls} TextModel TextView`,
      `${controls} CheckboxModel CheckboxView`,
      `${controls} DropdownModel DropdownView`,
      `${controls} HTMLModel HTMLView`,
      `${controls} LabelModel LabelView`,
      `${controls} HBoxModel HBoxView`,
      `${controls} VBoxModel VBoxView`,
      'anywidget * AnyModel AnyView'
    ]);
  });

  it('is opened anew when it is shown after the front end closed it, and ends the waits in between', async () => {
    const front = new FrontEnd();
    const label = front.make.label('kept');
    const first = label.id;
    const wait = label.next('value');
    await front.comms.receive(
      { type: 'comm-close', commId: first, data: {}, metadata: {}, buffers: [] },
      'm'
    );
    await expect(wait).rejects.toThrow('closed');
    label.set({ value: 'later' });

    expect(front.said(first)).toEqual([]);
    expect(label.id).not.toBe(first);
    expect(front.opened(label.id)['value']).toBe('later');
  });

  it('closes its layout and its style with itself', () => {
    const front = new FrontEnd();
    const button = front.make.button();
    expect(button.id).not.toBe('');
    expect(front.comms.all.size).toBe(3);
    button.close();
    expect(front.comms.all.size).toBe(0);
  });
});

describe('values of a widget', () => {
  it('travel to the front end one by one or together, and not when nothing changes', () => {
    const front = new FrontEnd();
    const bar = front.make.progressBar();
    const { id } = bar;
    bar.set({ value: 50, description: 'half' });
    bar.set({ value: 50 });
    expect(front.said(id)).toEqual([
      { method: 'update', state: { value: 50, description: 'half' }, buffer_paths: [] }
    ]);
  });

  it('follow the front end, which is told that its change arrived, under its own message', async () => {
    const front = new FrontEnd();
    const slider = front.make.slider();
    const { id } = slider;
    const seen: unknown[] = [];
    slider.on('value', (value: number) => seen.push([value, front.cells.getStore()]));
    await front.changes(id, { value: 7 });

    expect(Reflect.get(slider, 'value')).toBe(7);
    expect(seen).toEqual([[7, 'from-front-end']]);
    expect(front.said(id)).toEqual([
      { method: 'echo_update', state: { value: 7 }, buffer_paths: [] }
    ]);
    expect(front.sent.at(-1)?.cell).toBe('from-front-end');
  });

  it('are put right at the front end when they do not fit, and no listener hears of them', async () => {
    const front = new FrontEnd();
    const slider = front.make.slider({ value: 5 });
    const { id } = slider;
    const listener = vi.fn();
    slider.on('value', listener);
    await front.changes(id, { value: 'seven', _model_name: 'Other', __proto__x: 1 });
    await front.changes(id, { min: 90, max: 10 });

    expect(listener).not.toHaveBeenCalled();
    expect(front.said(id)).toEqual([
      { method: 'update', state: { value: 5 }, buffer_paths: [] },
      { method: 'update', state: { min: 0, max: 100 }, buffer_paths: [] }
    ]);
  });

  it('stay in their range, also when the range moves or the front end leaves it', async () => {
    const front = new FrontEnd();
    const slider = front.make.slider({ value: 50 });
    const { id } = slider;
    slider.set({ max: 20 });
    await front.changes(id, { value: 99 });
    expect(front.said(id)).toEqual([
      { method: 'update', state: { max: 20, value: 20 }, buffer_paths: [] },
      { method: 'echo_update', state: { value: 99 }, buffer_paths: [] },
      { method: 'update', state: { value: 20 }, buffer_paths: [] }
    ]);
  });

  it('are refused in a cell when they do not fit', () => {
    const { make } = new FrontEnd();
    const slider = make.slider();
    expect(() => slider.set({ value: 1.5 })).toThrow('value takes a whole number');
    expect(() => slider.set({ colour: 'red' })).toThrow('nothing named colour');
    expect(() => slider.set({ min: 200 })).toThrow(RangeError);
    expect(() => slider.layout.set({ widht: '1em' })).toThrow('nothing named widht');
    expect(() => make.slider({ step: 0 })).toThrow(RangeError);
    expect(() => make.hbox([]).style.set({ color: 'red' })).toThrow('no style');
    expect(() => make.dropdown({ options: ['a'], value: 'b' })).toThrow('no choice');
    expect(() => make.anywidget({ esm: '', state: { close: 1 } })).toThrow('close of its own');
    expect(Reflect.get(slider, 'value')).toBe(0);
  });
});

describe('events of a widget', () => {
  it('call the listeners of a button at each click, show their errors and go on', async () => {
    const front = new FrontEnd();
    const second = vi.fn();
    const button = front.make.button({ description: 'Go' }, () => {
      throw new Error('in the handler');
    });
    const remove = button.on('click', second);
    const click = { method: 'custom', content: { event: 'click' } };
    await front.says(button.id, click);
    remove();
    await front.says(button.id, click);
    await front.says(button.id, { method: 'custom', content: { event: 'close' } });

    expect(second).toHaveBeenCalledTimes(1);
    expect(front.faults).toMatchObject([
      { cell: 'from-front-end', error: { message: 'in the handler' } },
      { cell: 'from-front-end', error: { message: 'in the handler' } }
    ]);
  });

  it('answer a wait, and a signal ends one', async () => {
    const front = new FrontEnd();
    const slider = front.make.slider();
    const next = slider.next('value');
    const stop = new AbortController();
    const stopped = slider.next('value', { signal: stop.signal });
    stop.abort(new Error('enough'));
    await expect(stopped).rejects.toThrow('enough');
    await front.changes(slider.id, { value: 9 });

    await expect(next).resolves.toBe(9);
    await expect(slider.next('value', { signal: stop.signal })).rejects.toThrow('enough');
  });

  it('are handled when the listener is done, or when it waits for the next one', async () => {
    const front = new FrontEnd();
    const slider = front.make.slider();
    const order: string[] = [];
    slider.on('max', async () => {
      await after(5);
      order.push('listener');
    });
    await front.changes(slider.id, { max: 50 }).then(() => order.push('handled'));
    expect(order).toEqual(['listener', 'handled']);

    const sum: unknown[] = [];
    const remove = slider.on('value', async (value: number) => {
      remove();
      sum.push(value, await slider.next('value'));
    });
    await front.changes(slider.id, { value: 1 });
    await front.changes(slider.id, { value: 2 });
    await after(1);
    expect(sum).toEqual([1, 2]);
  });
});

describe('widgets together', () => {
  it('keep linked values equal both ways until the link is removed, also when a range is narrower', async () => {
    const front = new FrontEnd();
    const wide = front.make.slider({ value: 30 });
    const narrow = front.make.slider({ max: 50 });
    const values = () => [wide, narrow].map(one => Reflect.get(one, 'value') as unknown);
    const unlink = front.make.linkValue(wide, narrow);
    expect(values()).toEqual([30, 30]);
    await front.changes(wide.id, { value: 80 });
    expect(values()).toEqual([80, 50]);
    await front.changes(narrow.id, { value: 10 });
    expect(values()).toEqual([10, 10]);
    unlink();
    wide.set({ value: 90 });
    expect(values()).toEqual([90, 10]);
  });

  it('pass a converted value one way', () => {
    const { make } = new FrontEnd();
    const slider = make.slider({ value: 2 });
    const label = make.label();
    make.linkValue(slider, label, value => `${String(value)} patients`);
    slider.set({ value: 4 });
    label.set({ value: 'typed' });
    expect([Reflect.get(label, 'value'), Reflect.get(slider, 'value')]).toEqual(['typed', 4]);
  });

  it('lie in boxes, whose children the front end knows first', () => {
    const front = new FrontEnd();
    const slider = front.make.slider();
    const box = front.make.vbox([slider], { layout: { padding: '1em' } });
    const { id } = box;
    expect(front.opened(id)['children']).toEqual([`IPY_MODEL_${slider.id}`]);
    const added = front.make.label('late');
    box.children = [slider, added];
    expect(front.said(id)).toEqual([
      {
        method: 'update',
        state: { children: [`IPY_MODEL_${slider.id}`, `IPY_MODEL_${added.id}`] },
        buffer_paths: []
      }
    ]);
  });

  it('choose values by their labels, which alone travel', async () => {
    const front = new FrontEnd();
    const mean = () => 'mean';
    const dropdown = front.make.dropdown({ options: { Mean: mean, Median: null }, value: mean });
    const seen: unknown[] = [];
    dropdown.on('value', (value: unknown) => seen.push(value));
    await front.changes(dropdown.id, { index: 1 });
    await front.changes(dropdown.id, { index: 7 });
    dropdown.options = [['One', 1]];

    expect(front.opened(dropdown.id)).toMatchObject({
      _options_labels: ['Mean', 'Median'],
      index: 0
    });
    expect(seen).toEqual([null, 1]);
    expect([dropdown.value, dropdown.label]).toEqual([1, 'One']);
  });
});

describe('binary state and front ends that come later', () => {
  it('carries bytes beside the JSON in both directions, wherever they lie', async () => {
    const front = new FrontEnd();
    const chart = front.make.anywidget({
      esm: 'export default { render() {} }',
      state: { pixels: new Uint8Array([1, 2]), parts: [{ y: new Float32Array([1]) }, 3] }
    });
    const { id } = chart;
    const message = front.sent.find(({ commId }) => commId === id);
    expect(message?.data['buffer_paths']).toEqual([['pixels'], ['parts', 0, 'y']]);
    expect(message?.buffers.map(({ byteLength }) => byteLength)).toEqual([2, 4]);
    expect(front.opened(id)).toMatchObject({ parts: [{}, 3], _esm: expect.any(String) as string });
    expect(front.opened(id)).not.toHaveProperty('pixels');

    const bytes = new Uint8Array([9]);
    await front.says(
      id,
      {
        method: 'update',
        state: { parts: [null, {}] },
        buffer_paths: [
          ['parts', 0],
          ['parts', 'x', 'y'],
          ['__proto__', 'polluted']
        ]
      },
      [bytes, bytes, bytes]
    );
    expect(Reflect.get(chart, 'parts')).toEqual([bytes, {}]);
    expect('polluted' in {}).toBe(false);
  });

  it('sends and takes messages of a custom widget that are no state', async () => {
    const front = new FrontEnd();
    const chart = front.make.anywidget({ esm: 'export default {}' });
    const listener = vi.fn();
    chart.on('message', listener);
    chart.send({ zoom: 2 }, [new Uint8Array([5])]);
    await front.says(chart.id, { method: 'custom', content: 'hello' }, [new Uint8Array([6])]);

    expect(front.said(chart.id)).toEqual([{ method: 'custom', content: { zoom: 2 } }]);
    expect(listener).toHaveBeenCalledWith('hello', [new Uint8Array([6])]);
  });

  it('tells the state of one widget on request, and of all of them on the control comm', async () => {
    const front = new FrontEnd();
    const label = front.make.label('x');
    const chart = front.make.anywidget({ esm: 'm', state: { bytes: new Uint8Array([1]) } });
    expect([label.id, chart.id]).not.toContain('');
    await front.says(label.id, { method: 'request_state' });
    const [answer] = front.said(label.id);
    expect(answer).toMatchObject({ method: 'update', state: front.opened(label.id) });

    const empty = { data: {}, metadata: {}, buffers: [] };
    const control = { type: 'comm-open', target: 'jupyter.widget.control', commId: 'c' } as const;
    await front.comms.receive({ ...control, ...empty }, 'open');
    await front.says('c', { method: 'request_states' });
    const [states] = front.said('c');
    expect(states).toMatchObject({
      method: 'update_states',
      buffer_paths: [[chart.id, 'state', 'bytes']]
    });
    expect(Object.keys(states?.['states'] as object)).toHaveLength(5);
    expect(states?.['states']).toMatchObject({
      [label.id]: {
        model_name: 'LabelModel',
        model_module: '@jupyter-widgets/controls',
        model_module_version: '2.0.0',
        state: { value: 'x' }
      }
    });
    expect(front.sent.at(-1)?.buffers).toEqual([new Uint8Array([1])]);
  });
});
