import { readFile } from 'node:fs/promises'
import { defineWorker, RequestError, type Route, type SelfTestContext, type Worker } from '@rbee/worker-sdk'
import { z } from 'zod'
import { prepareImage } from './image.ts'
import { loadReader, type OcrModels, type Reader, type TextLine } from './reader.ts'

/** What differs between an artifact and the source tree. */
export interface OcrWorkerFiles {
  readonly models: OcrModels
  /** An image that says {@link SELF_TEST_TEXT}. */
  readonly selfTestImage: string
}

/** What the self-test's image says. */
export const SELF_TEST_TEXT = 'Worker self test\nHoney 2026'

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
    load: async ({ options }) => {
      const reader = await loadReader(files.models, options.threads)
      return { id: 'pp-ocrv4', routes: [ocrRoute(reader)] }
    },
    selfTest: (context) => selfTest(context, files.selfTestImage),
  })
}

/** The answer of `POST /v1/ocr`. */
export interface OcrAnswer {
  /** The lines' texts, one below the other. */
  readonly text: string
  readonly lines: readonly TextLine[]
  /** Size of the image in pixels, as it is shown. */
  readonly width: number
  readonly height: number
}

const bodySchema = z.object({ image: z.string().min(1) })

function ocrRoute(reader: Reader): Route {
  return {
    method: 'POST',
    path: '/v1/ocr',
    accepts: ['image/png', 'image/jpeg', 'application/json'],
    handle: async (request, { signal }): Promise<OcrAnswer> => {
      const bytes =
        request.mediaType === 'application/json' ? base64Of(request.json(bodySchema).image) : request.body
      const image = await prepareImage(bytes)
      signal.throwIfAborted()
      const lines = await reader.read(image)
      const text = lines.map((line) => line.text).join('\n')
      return { text, lines, width: image.width, height: image.height }
    },
  }
}

/** Bytes of a base64 text, or of a data URL with one. */
function base64Of(text: string): Uint8Array {
  const plain = text.replace(/^data:image\/(?:png|jpeg);base64,/, '')
  if (!/^[A-Za-z0-9+/\s]+={0,2}\s*$/.test(plain)) {
    throw new RequestError(
      'invalid_image',
      'The image must be base64, or a data URL of a PNG or JPEG image.',
      {
        param: 'image',
      },
    )
  }
  return Buffer.from(plain, 'base64')
}

/** Reads an image whose words are known. */
async function selfTest(context: SelfTestContext, imageFile: string): Promise<void> {
  const model = await context.load(null)
  const body = await readFile(imageFile)
  const route = model.routes?.[0]
  if (route === undefined) throw new Error('The worker reads no images.')
  const json = () => {
    throw new Error('The image is not JSON.')
  }
  const answer = await route.handle({ mediaType: 'image/png', body, json }, context)
  const { text } = answer as OcrAnswer
  if (text === SELF_TEST_TEXT) return
  throw new Error(`The image says ${JSON.stringify(SELF_TEST_TEXT)}; read was ${JSON.stringify(text)}.`)
}
