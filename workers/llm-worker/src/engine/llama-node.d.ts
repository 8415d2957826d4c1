/** The part of llama.node that the engine uses; the package ships no declarations. */
declare module '@fugood/llama.node' {
  export interface LlamaContext {
    getModelInfo(): {
      readonly desc: string
      readonly metadata: Readonly<Record<string, string>>
    }
    isJinjaSupported(): boolean
    isLlamaChatSupported(): boolean
    getFormattedChat(
      messages: readonly { readonly role: string; readonly content: string }[],
      template: undefined,
      params: { readonly jinja: boolean; readonly enable_thinking?: boolean },
    ): { readonly prompt: string; readonly additional_stops?: readonly string[] }
    completion(
      options: Readonly<Record<string, unknown>>,
      onToken: (token: { readonly token: string }) => void,
    ): Promise<{
      readonly text: string
      readonly stopped_eos?: boolean
      readonly stopped_words?: boolean
      readonly context_full: boolean
      readonly interrupted: boolean
    }>
    stopCompletion(): void
    tokenize(text: string): Promise<{ readonly tokens: Int32Array }>
    embedding(
      text: string,
      params: { readonly embd_normalize: number },
    ): Promise<{ readonly embedding: Float32Array }>
    clearCache(clearData: boolean): void
    release(): Promise<void>
  }
  export interface LoadOptions {
    readonly model: string
    readonly n_ctx: number
    readonly n_threads: number
    readonly n_gpu_layers: number
    readonly ctx_shift: boolean
    readonly embedding?: boolean
    readonly embd_normalize?: number
    readonly pooling_type?: 'mean' | 'last' | 'cls'
  }
  const llama: { loadModel(options: LoadOptions): Promise<LlamaContext> }
  export default llama
}
