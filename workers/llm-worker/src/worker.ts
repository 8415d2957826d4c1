import { open } from 'node:fs/promises'
import path from 'node:path'
import {
  type Call,
  defineWorker,
  type Embeddings,
  type FinishReason,
  type Generation,
  type LoadedModel,
  ModelError,
  type Sampling,
  type Worker,
} from '@rbee/worker-sdk'
import { z } from 'zod'
import { EngineProcess } from './engine/engine-process.ts'
import type { GenerationInput } from './engine/messages.ts'
import { selfTest } from './self-test.ts'

/** What differs between an artifact and the source tree. */
export interface LlmWorkerFiles {
  /** The engine's program. */
  readonly engine: string
  /** The model of the self-test. */
  readonly selfTestModel: string
}

/** Text generation with llama.cpp from GGUF files. */
export function createLlmWorker(version: string, files: LlmWorkerFiles, processors: number): Worker {
  return defineWorker({
    name: 'llm-worker',
    version,
    description: 'Serves GGUF language models with llama.cpp',
    model: 'required',
    capabilities: {
      supported_formats: ['gguf'],
      supports_streaming: true,
      supports_batching: false,
      tasks: ['text-generation', 'chat', 'embeddings'],
    },
    options: {
      'context-size': {
        description: 'longest context in tokens (4096)',
        variable: 'RBEE_WORKER_CONTEXT_SIZE',
        schema: wholeNumber(64, 1_048_576).default(4096),
      },
      threads: {
        description: `threads that compute (${processors})`,
        variable: 'RBEE_WORKER_THREADS',
        schema: wholeNumber(1, 1024).default(processors),
      },
    },
    load: async ({ model, options, signal }) => {
      if (model === null) throw new ModelError('A model file is needed.')
      await assertGguf(model)
      const settings = {
        model: path.resolve(model),
        contextSize: options['context-size'],
        threads: options.threads,
      }
      return modelOf(model, await EngineProcess.start(files.engine, settings, signal))
    },
    selfTest: (context) => selfTest(context, files.selfTestModel),
  })
}

function wholeNumber(least: number, most: number) {
  return z
    .string()
    .regex(/^\d+$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.number().min(least).max(most))
}

/** Tells a file of another kind from a damaged one before llama.cpp is started. */
async function assertGguf(file: string): Promise<void> {
  const handle = await open(file, 'r').catch((cause: NodeJS.ErrnoException) => {
    throw new ModelError(`${file} cannot be read: ${cause.code ?? cause.message}`, { cause })
  })
  try {
    if (!(await handle.stat()).isFile()) throw new ModelError(`${file} is not a file.`)
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(4), 0, 4, 0)
    if (bytesRead < 4 || buffer.toString('latin1') !== 'GGUF') {
      throw new ModelError(`${file} is not a GGUF file: it does not begin with "GGUF".`)
    }
  } finally {
    await handle.close()
  }
}

function modelOf(file: string, engine: EngineProcess): LoadedModel {
  return {
    id: path.basename(file).replace(/\.gguf$/i, ''),
    contextLength: engine.facts.contextLength,
    chat: ({ messages, ...sampling }, call) =>
      generation(engine, { kind: 'messages', messages }, sampling, call),
    complete: ({ prompt, ...sampling }, call) =>
      generation(engine, { kind: 'prompt', prompt }, sampling, call),
    embed: ({ inputs }) => embeddings(engine, inputs),
    close: () => engine.close(),
    failed: engine.failed,
  }
}

async function generation(
  engine: EngineProcess,
  input: GenerationInput,
  sampling: Sampling,
  { signal }: Call,
): Promise<Generation> {
  const first = await engine.call({ type: 'generate', input, sampling })
  if (first.type !== 'started') throw new Error(`The engine answered ${first.type}.`)
  return { promptTokens: first.promptTokens, pieces: piecesOf(engine, signal) }
}

/** What the engine generates. However it ends, the engine is free afterwards. */
async function* piecesOf(
  engine: EngineProcess,
  signal: AbortSignal,
): AsyncGenerator<string, FinishReason, void> {
  const cancel = () => engine.cancel()
  signal.addEventListener('abort', cancel, { once: true })
  let finished = false
  try {
    for (;;) {
      const reply = await engine.next()
      if (reply.type === 'finished') {
        finished = true
        return reply.reason
      }
      if (reply.type === 'piece') yield reply.text
    }
  } finally {
    signal.removeEventListener('abort', cancel)
    if (!finished) await drain(engine)
  }
}

async function drain(engine: EngineProcess): Promise<void> {
  engine.cancel()
  while ((await engine.next()).type !== 'finished');
}

async function embeddings(engine: EngineProcess, inputs: readonly string[]): Promise<Embeddings> {
  const reply = await engine.call({ type: 'embed', inputs })
  if (reply.type !== 'embedded') throw new Error(`The engine answered ${reply.type}.`)
  return { vectors: reply.vectors, promptTokens: reply.promptTokens }
}
