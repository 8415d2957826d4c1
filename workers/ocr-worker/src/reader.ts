import Ocr from '@gutenye/ocr-node'
import { ModelError } from '@rbee/worker-sdk'
import { z } from 'zod'
import type { PreparedImage } from './image.ts'

/** Files of the PP-OCRv4 models: where text is, what it says, and the characters it may consist of. */
export interface OcrModels {
  readonly detection: string
  readonly recognition: string
  readonly dictionary: string
}

export interface TextLine {
  readonly text: string
  /** 0 to 1. */
  readonly confidence: number
  /** Corners in pixels of the image: top left, top right, bottom right, bottom left. */
  readonly box: readonly (readonly [x: number, y: number])[]
}

/** Reads the lines of text in an image, top to bottom. */
export interface Reader {
  read(image: PreparedImage): Promise<TextLine[]>
}

/** What the library answers; it declares less than it gives. */
const linesSchema = z.array(
  z.object({
    text: z.string(),
    mean: z.number(),
    box: z.array(z.tuple([z.number(), z.number()])).length(4),
  }),
)

/** Loads the models. @throws {ModelError} */
export async function loadReader(models: OcrModels, threads: number): Promise<Reader> {
  const ocr = await createOcr(models, threads)
  return {
    read: async (image) =>
      linesSchema.parse(await ocr.detect(image.png)).map((line) => ({
        text: line.text,
        confidence: Math.min(1, Math.max(0, line.mean)),
        box: line.box.map(
          ([x, y]) => [place(x, image.scale, image.width), place(y, image.scale, image.height)] as const,
        ),
      })),
  }
}

interface Detector {
  /** The library hands its argument to sharp, which takes bytes as well as a path. */
  detect(image: Buffer): Promise<unknown>
}

async function createOcr(models: OcrModels, threads: number): Promise<Detector> {
  try {
    return await Ocr.create({
      models: {
        detectionPath: models.detection,
        recognitionPath: models.recognition,
        dictionaryPath: models.dictionary,
      },
      onnxOptions: { intraOpNumThreads: threads, logSeverityLevel: 3 },
    })
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new ModelError(`The text models cannot be loaded: ${reason}`, { cause })
  }
}

function place(value: number, scale: number, most: number): number {
  return Math.min(most, Math.max(0, Math.round(value * scale)))
}
