import { LAYOUT_NAMES, STYLE_NAMES } from './looks.js';

const css = (names: readonly string[]) => names.map(name => `${name}?: string | null`).join('; ');

const STYLES = Object.entries(STYLE_NAMES)
  .map(([name, names]) => `    ${name}: { ${css(names)} };`)
  .join('\n');

/** Declarations of widgets, in step with `makers.ts`: a part of the globals of cells. */
export const WIDGET_TYPES = `
  /** Size and place of a widget. */
  interface WardbookLayout { ${css(LAYOUT_NAMES)} }
  /** Colours and fonts of the kinds of widgets. */
  interface WardbookStyles {
${STYLES}
  }
  /** What every widget can be given. */
  interface WardbookWidgetOptions<Style = {}> {
    description?: string;
    tooltip?: string | null;
    disabled?: boolean;
    layout?: WardbookLayout;
    style?: Style;
  }
  /** A widget: end a cell with it, or \`display\` it. \`Values\` can be set, \`Events\` come from the person at it. */
  interface WardbookWidgetBase<Values, Events = {}, Style = {}> {
    /** Its id at the front end. */
    readonly id: string;
    /** Size and place. */
    readonly layout: { set(css: WardbookLayout): void };
    /** Colours and fonts. */
    readonly style: { set(css: Style): void };
    /** Changes several values by one message. */
    set(values: Partial<Values>): void;
    /** Calls a listener when a value changes, here or at the front end; the answer removes it. */
    on<Name extends keyof Values>(event: Name, listener: (value: Values[Name]) => unknown): () => void;
    on<Name extends keyof Events>(event: Name, listener: (value: Events[Name]) => unknown): () => void;
    /** Calls a listener for messages of the view that are no values. */
    on(event: 'message', listener: (content: unknown, buffers: readonly Uint8Array[]) => unknown): () => void;
    on(event: 'close', listener: () => unknown): () => void;
    /** Waits for the next change of a value. */
    next<Name extends keyof Values>(event: Name, wait?: { signal?: AbortSignal }): Promise<Values[Name]>;
    next<Name extends keyof Events>(event: Name, wait?: { signal?: AbortSignal }): Promise<Events[Name]>;
    next(event: 'message', wait?: { signal?: AbortSignal }): Promise<unknown>;
    next(event: 'close', wait?: { signal?: AbortSignal }): Promise<void>;
    /** Sends a message that is no value to the views. */
    send(content: unknown, buffers?: readonly Uint8Array[]): void;
    /** Removes the widget from the screen. */
    close(): void;
  }
  /** A widget with its values as properties. */
  type WardbookWidget<Values, Events = {}, Style = {}> = WardbookWidgetBase<Values, Events, Style> & Values;
  /** Any widget, as a box or a link takes it. */
  interface WardbookAnyWidget { readonly id: string; close(): void }
  /** Values that most widgets have. */
  interface WardbookDescribed { description: string; tooltip: string | null }
  /** Values of a widget that a person can change. */
  interface WardbookChangeable extends WardbookDescribed { disabled: boolean }
  /** A number between two others. */
  interface WardbookRange { value: number; min: number; max: number; orientation: 'horizontal' | 'vertical' }
  /** Values of a slider. */
  interface WardbookSlider extends WardbookChangeable, WardbookRange {
    step: number;
    readout: boolean;
    readoutFormat: string;
    continuousUpdate: boolean;
  }
  /** Values of a progress bar. */
  interface WardbookBar extends WardbookDescribed, WardbookRange {
    barStyle: '' | 'success' | 'info' | 'warning' | 'danger';
  }
  /** Values of a button. */
  interface WardbookButton extends WardbookChangeable {
    icon: string;
    buttonStyle: '' | 'primary' | 'success' | 'info' | 'warning' | 'danger';
  }
  /** Values of a line of text. */
  interface WardbookTextInput extends WardbookChangeable {
    value: string;
    placeholder: string;
    continuousUpdate: boolean;
  }
  /** Values of a dropdown. */
  interface WardbookDropdown<Value> extends WardbookChangeable {
    value: Value;
    readonly label: string | null;
    get options(): readonly Value[];
    set options(options: readonly Value[] | readonly (readonly [label: string, value: Value])[] | Readonly<Record<string, Value>>);
  }

  /** A slider; its numbers are whole when step, min, max and value are. */
  function slider(
    options?: WardbookWidgetOptions<WardbookStyles['SliderStyle']> & Partial<WardbookSlider>
  ): WardbookWidget<WardbookSlider, {}, WardbookStyles['SliderStyle']>;
  /** A bar that shows how far work has come; \`whole\`: only whole numbers. */
  function progressBar(
    options?: Omit<WardbookWidgetOptions<WardbookStyles['ProgressStyle']>, 'disabled'> & Partial<WardbookBar> & { whole?: boolean }
  ): WardbookWidget<WardbookBar, {}, WardbookStyles['ProgressStyle']>;
  /** A button; \`onClick\` is called at each click. */
  function button(
    options?: WardbookWidgetOptions<WardbookStyles['ButtonStyle']> & Partial<WardbookButton>,
    onClick?: () => unknown
  ): WardbookWidget<WardbookButton, { click: void }, WardbookStyles['ButtonStyle']>;
  /** A line of text; 'submit' comes at Enter. */
  function textInput(
    options?: WardbookWidgetOptions<WardbookStyles['TextStyle']> & Partial<WardbookTextInput>
  ): WardbookWidget<WardbookTextInput, { submit: void }, WardbookStyles['TextStyle']>;
  /** A box to tick. */
  function checkbox(
    options?: WardbookWidgetOptions<WardbookStyles['CheckboxStyle']> & { value?: boolean; indent?: boolean }
  ): WardbookWidget<WardbookChangeable & { value: boolean; indent: boolean }, {}, WardbookStyles['CheckboxStyle']>;
  /** A list of which one is chosen: values, \`[label, value]\` pairs, or values by label. */
  function dropdown<const Value>(
    options: WardbookWidgetOptions<WardbookStyles['DescriptionStyle']> & { options: readonly (readonly [label: string, value: Value])[]; value?: NoInfer<Value> }
  ): WardbookWidget<WardbookDropdown<Value>, {}, WardbookStyles['DescriptionStyle']>;
  function dropdown<const Value>(
    options: WardbookWidgetOptions<WardbookStyles['DescriptionStyle']> & { options: readonly Value[]; value?: NoInfer<Value> }
  ): WardbookWidget<WardbookDropdown<Value>, {}, WardbookStyles['DescriptionStyle']>;
  function dropdown<const Value>(
    options: WardbookWidgetOptions<WardbookStyles['DescriptionStyle']> & { options: Readonly<Record<string, Value>>; value?: NoInfer<Value> }
  ): WardbookWidget<WardbookDropdown<Value>, {}, WardbookStyles['DescriptionStyle']>;
  /** HTML that can be changed. */
  function htmlWidget(
    value?: string,
    options?: Omit<WardbookWidgetOptions<WardbookStyles['HTMLStyle']>, 'disabled'>
  ): WardbookWidget<WardbookDescribed & { value: string }, {}, WardbookStyles['HTMLStyle']>;
  /** Text that can be changed. */
  function label(
    value?: string,
    options?: Omit<WardbookWidgetOptions<WardbookStyles['LabelStyle']>, 'disabled'>
  ): WardbookWidget<WardbookDescribed & { value: string }, {}, WardbookStyles['LabelStyle']>;
  /** Widgets beside each other. */
  function hbox(
    children: readonly WardbookAnyWidget[],
    options?: { layout?: WardbookLayout }
  ): WardbookWidget<{ children: readonly WardbookAnyWidget[] }>;
  /** Widgets below each other. */
  function vbox(
    children: readonly WardbookAnyWidget[],
    options?: { layout?: WardbookLayout }
  ): WardbookWidget<{ children: readonly WardbookAnyWidget[] }>;
  /** A widget whose view is a module of its author, by the model of anywidget's front end. */
  function anywidget<State extends object = {}>(
    options: { esm: string; css?: string; state?: State; layout?: WardbookLayout }
  ): WardbookWidget<State>;
  /** Keeps the values of two widgets equal; with \`convert\` only from the first to the second. The answer removes the link. */
  function linkValue<Value>(
    from: WardbookAnyWidget & { value: Value },
    to: WardbookAnyWidget & { value: Value }
  ): () => void;
  function linkValue<From, To>(
    from: WardbookAnyWidget & { value: From },
    to: WardbookAnyWidget & { value: To },
    convert: (value: From) => To
  ): () => void;
`;
