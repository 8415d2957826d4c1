/** The part of llama.node that the engine uses; the package ships its sources, which do not pass this project's compiler; tsconfig.json leads here instead. */
export interface LlamaContext {
  readonly parallel: {
    enable(settings: { readonly n_parallel: number; readonly n_batch: number }): Promise<boolean>
    completion(
      options: Readonly<Record<string, unknown>>,
      onToken: (id: number, token: { readonly token: string }) => void,
    ): Promise<{
      readonly promise: Promise<{ readonly stopped_eos: boolean; readonly stopped_word: boolean }>
      /** Rejects `promise`. */
      stop(): void
    }>
  }
  getModelInfo(): { readonly metadata: Readonly<Record<string, string>> }
  isJinjaSupported(): boolean
  isLlamaChatSupported(): boolean
  /** An object with Jinja templates, the text alone with llama.cpp's built-in ones. */
  getFormattedChat(
    messages: readonly { readonly role: string; readonly content: string }[],
    template: undefined,
    params: { readonly jinja: boolean },
  ): { readonly prompt: string; readonly additional_stops?: readonly string[] }
  tokenize(text: string): Promise<{ readonly tokens: Int32Array }>
  clearCache(clearData: boolean): void
  embedding(
    text: string,
    params: { readonly embd_normalize: number },
  ): Promise<{ readonly embedding: Float32Array }>
}
export interface LoadOptions {
  readonly model: string
  readonly n_ctx: number
  readonly n_parallel: number
  readonly n_batch: number
  readonly n_threads: number
  readonly n_gpu_layers: number
  readonly ctx_shift: boolean
  readonly embedding?: boolean
  readonly pooling_type?: 'mean'
}
const llama: { loadModel(options: LoadOptions): Promise<LlamaContext> }
export default llama
