import { readFile } from 'node:fs/promises'
import { defineWorker, type Worker } from '@rbee/worker-sdk'
import { z } from 'zod'
import type { OcrModels } from './engine/messages.ts'
import { loadOcrModel } from './ocr-model.ts'

/** What differs between an artifact and the source tree. */
export interface OcrWorkerFiles {
  /** The engine's program. */
  readonly engine: string
  readonly models: OcrModels
  /** An image that says {@link SELF_TEST_TEXT}. */
  readonly selfTestImage: string
}

/** What the self-test's image says. */
const SELF_TEST_TEXT = 'Worker self test\nHoney 2026'

/** Text off images with the PP-OCRv4 models on ONNX Runtime. */
export function createOcrWorker(version: string, files: OcrWorkerFiles, processors: number): Worker {
  return defineWorker({
    name: 'ocr-worker',
    version,
    description: 'Reads text off images',
    model: 'none',
    capabilities: { supported_formats: ['png', 'jpeg'], tasks: ['ocr'] },
    limits: { bodyBytes: 20 * 2 ** 20 },
    options: {
      threads: {
        description: `threads that compute (${processors})`,
        variable: 'RBEE_WORKER_THREADS',
        schema: z
          .string()
          .regex(/^[1-9]\d{0,2}$/, 'must be a whole number')
          .transform(Number)
          .default(processors),
      },
    },
    load: ({ options, signal }) => loadOcrModel(files.engine, files.models, options.threads, signal),
    selfTest: async ({ signal }) => {
      const model = await loadOcrModel(files.engine, files.models, processors, signal)
      try {
        const { text } = await model.read(await readFile(files.selfTestImage), { signal })
        if (text === SELF_TEST_TEXT) return
        throw new Error(`The image says ${JSON.stringify(SELF_TEST_TEXT)}; read was ${JSON.stringify(text)}.`)
      } finally {
        await model.close()
      }
    },
  })
}
