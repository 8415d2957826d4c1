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

/** What an image says. */
export interface Reading {
  /** The lines' texts, one below the other. */
  readonly text: string
  /** Top to bottom. */
  readonly lines: readonly TextLine[]
  /** Size of the image in pixels, as it is shown. */
  readonly width: number
  readonly height: number
}

export type EngineRequest =
  | { readonly type: 'load'; readonly models: OcrModels; readonly threads: number }
  /** The bytes of a PNG or JPEG file. */
  | { readonly type: 'read'; readonly image: Uint8Array }

export type EngineReply = { readonly type: 'loaded' } | { readonly type: 'read'; readonly reading: Reading }
