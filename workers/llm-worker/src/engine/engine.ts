import llama, { type LlamaContext } from '@fugood/llama.node'
import type { EngineReply, EngineRequest, EngineSettings, GenerationInput, ModelFacts } from './messages.ts'
import { nativeOptions } from './native-options.ts'
import { formatPrompt } from './prompt.ts'

type Send = (reply: EngineReply) => void
type GenerateRequest = Extract<EngineRequest, { type: 'generate' }>

/** llama.cpp behind messages: holds the contexts of one model and runs one call at a time. */
export class Engine {
  readonly #send: Send
  #loaded: {
    readonly context: LlamaContext
    readonly settings: EngineSettings
    readonly facts: ModelFacts
  } | null = null
  #embedding: LlamaContext | null = null

  constructor(send: Send) {
    this.#send = send
  }

  async handle(request: EngineRequest): Promise<void> {
    try {
      switch (request.type) {
        case 'load':
          return await this.#load(request.settings)
        case 'generate':
          return await this.#generate(request)
        case 'embed':
          return await this.#embed(request.inputs)
        case 'cancel':
          return this.#loaded?.context.stopCompletion()
      }
    } catch (failure) {
      const message = failure instanceof Error ? failure.message : String(failure)
      this.#send({ type: 'failed', code: 'model_failed', message })
    }
  }

  async #load(settings: EngineSettings): Promise<void> {
    const context = await llama.loadModel(loadOptions(settings))
    const { desc, metadata } = context.getModelInfo()
    const trained = Number(metadata[`${metadata['general.architecture']}.context_length`])
    const facts: ModelFacts = {
      description: desc,
      contextLength: trained > 0 ? Math.min(trained, settings.contextSize) : settings.contextSize,
      hasChatTemplate: context.isJinjaSupported() || context.isLlamaChatSupported(),
    }
    this.#loaded = { context, settings, facts }
    this.#send({ type: 'loaded', facts })
  }

  async #generate({ input, sampling }: GenerateRequest): Promise<void> {
    const { context, facts } = this.#model()
    const { prompt, stops } = formatPrompt(context, facts, input)
    const promptTokens = await countTokens(context, prompt)
    const room = facts.contextLength - promptTokens - 1
    // llama.node never gets free again after a prompt that does not fit, so such a prompt must not reach it.
    if (room < 1) return this.#refuse(input, promptTokens, facts.contextLength)

    this.#send({ type: 'started', promptTokens })
    // Equal seeds promise equal texts, but a cached beginning of the prompt changes how sums are rounded.
    if (sampling.seed !== null) context.clearCache(false)
    const options = nativeOptions(prompt, { ...sampling, stop: [...stops, ...sampling.stop] }, room)
    const result = await this.#stream(context, options)
    const complete = result.stopped_eos === true || result.stopped_words === true
    this.#send({ type: 'finished', reason: complete ? 'stop' : 'length' })
  }

  /** llama.node may report its last tokens only in the result, so the text that is still missing is sent from there. */
  async #stream(context: LlamaContext, options: Record<string, unknown>) {
    let sent = 0
    let running = true
    const result = await context.completion(options, ({ token }) => {
      if (!running) return
      sent += token.length
      this.#send({ type: 'piece', text: token })
    })
    running = false
    const missing = result.text.slice(sent)
    if (missing !== '') this.#send({ type: 'piece', text: missing })
    return result
  }

  #refuse(input: GenerationInput, promptTokens: number, most: number): void {
    const what = input.kind === 'prompt' ? 'The prompt has' : 'The messages have'
    const message = `${what} ${promptTokens} tokens; with one token of answer the context holds ${most - 1}.`
    this.#send({ type: 'failed', code: 'context_length_exceeded', message })
  }

  async #embed(inputs: readonly string[]): Promise<void> {
    const { settings, facts } = this.#model()
    // A context that gives embeddings computes them for every token of every prompt, so generating has its own.
    this.#embedding ??= await llama.loadModel({
      ...loadOptions(settings),
      embedding: true,
      pooling_type: 'mean',
    })
    const vectors: Float32Array[] = []
    let promptTokens = 0
    for (const input of inputs) {
      const tokens = await countTokens(this.#embedding, input)
      if (tokens >= facts.contextLength) {
        return this.#refuse({ kind: 'prompt', prompt: input }, tokens, facts.contextLength)
      }
      promptTokens += tokens
      vectors.push(Float32Array.from((await this.#embedding.embedding(input, EUCLIDEAN)).embedding))
    }
    this.#send({ type: 'embedded', vectors, promptTokens })
  }

  #model() {
    if (this.#loaded === null) throw new Error('No model is loaded.')
    return this.#loaded
  }
}

/** Scales vectors to length 1, as OpenAI's are. */
const EUCLIDEAN = { embd_normalize: 2 } as const

function loadOptions(settings: EngineSettings) {
  return {
    model: settings.model,
    n_ctx: settings.contextSize,
    n_threads: settings.threads,
    n_gpu_layers: 0,
    // Shifting forgets the beginning of a long conversation in silence; an end by length is honest.
    ctx_shift: false,
  }
}

/** Tokens as the model reads them: with the beginning-of-text token where its vocabulary has one. */
async function countTokens(context: LlamaContext, text: string): Promise<number> {
  const { metadata } = context.getModelInfo()
  const stated = metadata['tokenizer.ggml.add_bos_token']
  const addsBeginning =
    stated === undefined ? metadata['tokenizer.ggml.model'] === 'llama' : stated === 'true'
  return (await context.tokenize(text)).tokens.length + (addsBeginning ? 1 : 0)
}
