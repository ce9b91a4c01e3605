// The modules that Emscripten and Vite make.
declare module '@core/core.mjs' {
  const create: (options: object) => Promise<unknown>;
  export default create;
}
declare module '@app/app.mjs' {
  const create: (options: object) => Promise<unknown>;
  export default create;
}
declare module '*?url' {
  const url: string;
  export default url;
}
declare const __VERSION__: string;
declare const __ORT_FOLDER__: string;
/** The list of models, relative to the page. */
declare const __MODELS__: string;
/** Only in workers. */
declare class FileReaderSync {
  readAsArrayBuffer(blob: Blob): ArrayBuffer;
}
