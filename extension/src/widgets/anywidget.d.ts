// The package brings an AMD module without types; bundled, its exports are the two classes.
declare module 'anywidget' {
  export const AnyModel: unknown;
  export const AnyView: unknown;
}
