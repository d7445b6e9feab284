/** A style sheet of this folder as text. `scripts/element-styles.mjs` resolves it in builds. */
declare module 'styles:*' {
  const css: string;
  export default css;
}
