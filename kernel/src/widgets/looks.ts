import { stateOf, textOrNull, type Check } from './checks.js';
import { Model } from './model.js';
import type { WidgetHost } from './widget-host.js';

const BASE = { module: '@jupyter-widgets/base', version: '2.0.0' };
const CONTROLS = { module: '@jupyter-widgets/controls', version: '2.0.0' };

/** CSS that the layout of a widget may set, by its name in cells. */
export const LAYOUT_NAMES = [
  ...['alignContent', 'alignItems', 'alignSelf', 'borderBottom', 'borderLeft', 'borderRight'],
  ...['borderTop', 'bottom', 'display', 'flex', 'flexFlow', 'gridArea', 'gridAutoColumns'],
  ...['gridAutoFlow', 'gridAutoRows', 'gridColumn', 'gridGap', 'gridRow', 'gridTemplateAreas'],
  ...['gridTemplateColumns', 'gridTemplateRows', 'height', 'justifyContent', 'justifyItems'],
  ...['left', 'margin', 'maxHeight', 'maxWidth', 'minHeight', 'minWidth', 'objectFit'],
  ...['objectPosition', 'order', 'overflow', 'padding', 'right', 'top', 'visibility', 'width']
] as const;

const FONT = ['fontFamily', 'fontSize', 'fontStyle', 'fontVariant', 'fontWeight', 'textColor'];
const TEXT = ['background', 'descriptionWidth', 'fontSize', 'textColor'];

/** What each style model may set, by its name in cells. */
export const STYLE_NAMES = {
  SliderStyle: ['descriptionWidth', 'handleColor'],
  ProgressStyle: ['barColor', 'descriptionWidth'],
  ButtonStyle: ['buttonColor', ...FONT, 'textDecoration'],
  TextStyle: TEXT,
  CheckboxStyle: ['background', 'descriptionWidth'],
  DescriptionStyle: ['descriptionWidth'],
  HTMLStyle: TEXT,
  LabelStyle: ['background', 'descriptionWidth', ...FONT, 'textDecoration']
} as const;

/** CSS by name in cells; null = what the front end does by itself. */
export type Css = Readonly<Record<string, string | null | undefined>>;

/** Names of a model and its view, as the protocol writes them. */
export function namesOf(
  model: { module: string; version: string; name: string },
  view = model
): Record<string, string | null> {
  return {
    _model_module: model.module,
    _model_module_version: model.version,
    _model_name: `${model.name}Model`,
    _view_count: null,
    _view_module: view.module,
    _view_module_version: view.version,
    _view_name: `${view.name}View`
  };
}

/** Names of a control of the standard library of widgets, which views itself by `view`. */
export function controlNames(name: string, view = name): Record<string, string | null> {
  return namesOf({ ...CONTROLS, name }, { ...CONTROLS, name: view });
}

/** The layout of one widget. @throws TypeError for an unknown name */
export function layoutModel(host: WidgetHost, css: Css = {}): Model {
  return cssModel(host, namesOf({ ...BASE, name: 'Layout' }), { names: LAYOUT_NAMES, css });
}

/** The style of one widget. @throws TypeError for an unknown name */
export function styleModel(host: WidgetHost, name: keyof typeof STYLE_NAMES, css: Css = {}): Model {
  const fixed = namesOf({ ...CONTROLS, name }, { ...BASE, name: 'Style' });
  return cssModel(host, fixed, { names: STYLE_NAMES[name], css });
}

function cssModel(
  host: WidgetHost,
  fixed: Record<string, string | null>,
  { names, css }: { names: readonly string[]; css: Css }
): Model {
  const none = Object.fromEntries(names.map(name => [name, null]));
  const checks = Object.fromEntries(
    Object.keys(stateOf(none)).map(name => [name, textOrNull] satisfies [string, Check])
  );
  return new Model(
    host,
    { ...fixed, ...stateOf(none) },
    { state: stateOf(css), rules: { checks } }
  );
}
