import llama, { type LlamaContext } from '@fugood/llama.node'
import { type EngineCall, RequestError } from '@rbee/worker-sdk/engine'
import type { EngineReply, EngineRequest, EngineSettings, ModelFacts } from './messages.ts'
import { nativeOptions } from './native-options.ts'
import { formatPrompt } from './prompt.ts'

type Call = EngineCall<EngineReply>
type GenerateRequest = Extract<EngineRequest, { type: 'generate' }>

/** llama.cpp behind calls: holds the contexts of one model. */
export class LlamaEngine {
  #loaded: {
    readonly context: LlamaContext
    readonly settings: EngineSettings
    readonly facts: ModelFacts
  } | null = null
  #embedding: LlamaContext | null = null
  #embeddingTurn: Promise<void> = Promise.resolve()

  async handle(request: EngineRequest, call: Call): Promise<void> {
    switch (request.type) {
      case 'load':
        return await this.#load(request.settings, call)
      case 'generate':
        return await this.#generate(request, call)
      case 'embed':
        return await this.#inTurn(() => this.#embed(request.inputs, call))
    }
  }

  async #load(settings: EngineSettings, call: Call): Promise<void> {
    const context = await llama.loadModel(loadOptions(settings, settings.parallel))
    // llama.node's other way to generate has a race: a short generation can leave the context occupied for ever.
    if (!(await context.parallel.enable({ n_parallel: settings.parallel, n_batch: BATCH }))) {
      throw new Error('llama.cpp cannot compute requests together.')
    }
    const { metadata } = context.getModelInfo()
    const trained = Number(metadata[`${metadata['general.architecture']}.context_length`])
    const facts: ModelFacts = {
      contextLength: trained > 0 ? Math.min(trained, settings.contextSize) : settings.contextSize,
      hasChatTemplate: context.isJinjaSupported() || context.isLlamaChatSupported(),
    }
    this.#loaded = { context, settings, facts }
    call.send({ type: 'loaded', facts })
  }

  async #generate({ input, sampling }: GenerateRequest, { send, signal }: Call): Promise<void> {
    const { context, facts } = this.#model()
    const { prompt, stop } = formatPrompt(context, facts, input)
    const promptTokens = await countTokens(context, prompt)
    assertFits(input.kind === 'prompt' ? 'prompt' : 'messages', promptTokens, facts.contextLength)
    send({ type: 'started', promptTokens, stop })
    signal.throwIfAborted()

    const room = facts.contextLength - promptTokens - 1
    const generation = await context.parallel.completion(
      nativeOptions(prompt, { ...sampling, stop: [...stop, ...sampling.stop] }, room),
      (_id, { token }) => send({ type: 'piece', text: token }),
    )
    if (signal.aborted) generation.stop()
    else signal.addEventListener('abort', () => generation.stop(), { once: true })
    const result = await generation.promise
    const byItself = result.stopped_eos || result.stopped_word
    send({ type: 'finished', reason: byItself ? 'stop' : 'length' })
  }

  async #embed(inputs: readonly string[], { send, signal }: Call): Promise<void> {
    const { settings, facts } = this.#model()
    // A context that gives embeddings computes them for every token of every prompt, so generating has its own.
    this.#embedding ??= await llama.loadModel({
      ...loadOptions(settings, 1),
      embedding: true,
      pooling_type: 'mean',
    })
    const vectors: Float32Array[] = []
    let promptTokens = 0
    for (const input of inputs) {
      signal.throwIfAborted()
      const tokens = await countTokens(this.#embedding, input)
      assertFits('input', tokens, facts.contextLength)
      promptTokens += tokens
      // A beginning that is taken from the last text would be left out of the mean.
      this.#embedding.clearCache(true)
      vectors.push(Float32Array.from((await this.#embedding.embedding(input, EUCLIDEAN)).embedding))
    }
    send({ type: 'embedded', vectors, promptTokens })
  }

  /** The context for embeddings takes one text after the other. */
  #inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.#embeddingTurn.then(work)
    this.#embeddingTurn = done.catch(() => undefined)
    return done
  }

  #model() {
    if (this.#loaded === null) throw new Error('No model is loaded.')
    return this.#loaded
  }
}

/** Tokens that llama.cpp computes in one step: its own default for a server. */
const BATCH = 512

/** Scales vectors to length 1, as OpenAI's are. */
const EUCLIDEAN = { embd_normalize: 2 } as const

function loadOptions(settings: EngineSettings, parallel: number) {
  return {
    model: settings.model,
    // llama.cpp divides its context among the requests that are computed together.
    n_ctx: settings.contextSize * parallel,
    n_parallel: parallel,
    n_batch: BATCH,
    n_threads: settings.threads,
    n_gpu_layers: 0,
    // Shifting forgets the beginning of a long conversation in silence; an end by length is honest.
    ctx_shift: false,
  }
}

/** A prompt that does not fit would be cut by llama.node in silence. */
function assertFits(param: string, tokens: number, contextLength: number): void {
  if (tokens === 0) throw new RequestError('invalid_request', 'There is no text to go on from.', { param })
  // One token is left for the answer, and one is llama.node's own margin.
  const most = contextLength - 2
  if (tokens <= most) return
  const message = `The text has ${tokens} tokens; this model's context has room for ${most}.`
  throw new RequestError('context_length_exceeded', message, { param })
}

/** Tokens as the model reads them: with the beginning-of-text token where its vocabulary has one. */
async function countTokens(context: LlamaContext, text: string): Promise<number> {
  if (text === '') return 0
  const { metadata } = context.getModelInfo()
  const stated = metadata['tokenizer.ggml.add_bos_token']
  const addsBeginning =
    stated === undefined ? metadata['tokenizer.ggml.model'] === 'llama' : stated === 'true'
  return (await context.tokenize(text)).tokens.length + (addsBeginning ? 1 : 0)
}
