/** A style sheet of this folder as one text, put there when the package is built. */
declare module 'styles:*' {
  const css: string;
  export default css;
}
