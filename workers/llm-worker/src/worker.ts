import { open } from 'node:fs/promises'
import path from 'node:path'
import { defineWorker, ModelError, type Worker } from '@rbee/worker-sdk'
import { z } from 'zod'
import { loadLlamaModel } from './llama-model.ts'
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
      supports_batching: true,
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
    checkModel: assertGguf,
    load: async ({ model, options, limits, signal }) => {
      if (model === null) throw new ModelError('A model file is needed.')
      const settings = {
        model: path.resolve(model),
        contextSize: options['context-size'],
        parallel: limits.concurrency,
        threads: options.threads,
      }
      return await loadLlamaModel(files.engine, settings, signal)
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
  const handle = await open(file, 'r')
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(4), 0, 4, 0)
    if (bytesRead < 4 || buffer.toString('latin1') !== 'GGUF') {
      throw new ModelError(`${file} is not a GGUF file: it does not begin with "GGUF".`)
    }
  } finally {
    await handle.close()
  }
}
