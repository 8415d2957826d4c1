import Ocr from '@gutenye/ocr-node'
import { z } from 'zod'
import type { PreparedImage } from './image.ts'
import type { OcrModels, TextLine } from './messages.ts'

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

export async function loadReader(models: OcrModels, threads: number): Promise<Reader> {
  const ocr: Detector = await Ocr.create({
    models: {
      detectionPath: models.detection,
      recognitionPath: models.recognition,
      dictionaryPath: models.dictionary,
    },
    onnxOptions: { intraOpNumThreads: threads, logSeverityLevel: ONLY_ERRORS },
  })
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

/** ONNX Runtime's severity levels: 0 verbose, 1 info, 2 warning, 3 error, 4 fatal. */
const ONLY_ERRORS = 3

function place(value: number, scale: number, most: number): number {
  return Math.min(most, Math.max(0, Math.round(value * scale)))
}
