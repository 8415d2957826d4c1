/**
 * A llama model of a few dozen kilobytes that spells the alphabet, in the GGUF file format (version 3, described in
 * ggml's docs/gguf.md). Its weights are chosen, not trained: the embedding of a letter is one axis, and the output row
 * of the next letter points along it, so the most likely token after `c` is `d` by a margin that no sampling crosses;
 * after `z` the text ends. Attention and feed-forward layers hold noise that is too small to change the choice but
 * takes part in the arithmetic, so that a broken kernel shows as wrong letters. Every other byte leads to `a`.
 */

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz'
const WIDTH = 32
const LAYERS = 2
const HEADS = 2
const FEED_FORWARD = 64
const CONTEXT = 512
/** Axis of everything that is not a letter. */
const START = 31
/** Multiplies the normalised axis, √32 ≈ 5.7: logits are 0 or about 22, so a wrong letter has odds of e⁻²². */
const OUTPUT_WEIGHT = 4

/** Token types of llama.cpp's vocabulary. */
const TYPE = { normal: 1, unknown: 2, control: 3, byte: 6 } as const

interface Token {
  readonly text: string
  readonly type: number
}

const VOCABULARY: readonly Token[] = [
  { text: '<unk>', type: TYPE.unknown },
  { text: '<s>', type: TYPE.control },
  { text: '</s>', type: TYPE.control },
  ...Array.from({ length: 256 }, (_, byte) => ({
    text: `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`,
    type: TYPE.byte,
  })),
  ...Array.from(ALPHABET, (text) => ({ text, type: TYPE.normal })),
]
const END_TOKEN = 2
const FIRST_LETTER = VOCABULARY.length - ALPHABET.length

/**
 * The bytes of the model file; the same at every call.
 *
 * @param chatTemplate Jinja template of conversations; without one the model has none.
 */
export function selfTestModel(chatTemplate?: string): Uint8Array {
  const tensors = [
    matrix('token_embd.weight', WIDTH, VOCABULARY.length, embeddingWeight),
    vector('output_norm.weight', WIDTH),
    matrix('output.weight', WIDTH, VOCABULARY.length, outputWeight),
    ...Array.from({ length: LAYERS }, (_, layer) => layerTensors(`blk.${layer}`)).flat(),
  ]
  const template: [string, MetadataValue][] =
    chatTemplate === undefined ? [] : [['tokenizer.chat_template', { kind: 'string', value: chatTemplate }]]
  return writeGguf([...metadata(), ...template], tensors)
}

function embeddingWeight(token: number, axis: number): number {
  const letter = token - FIRST_LETTER
  return axis === (letter >= 0 ? letter : START) ? 1 : 0
}

function outputWeight(token: number, axis: number): number {
  const letter = token - FIRST_LETTER
  const previous = token === END_TOKEN ? ALPHABET.length - 1 : letter === 0 ? START : letter - 1
  return (token === END_TOKEN || letter >= 0) && axis === previous ? OUTPUT_WEIGHT : 0
}

function layerTensors(block: string): Tensor[] {
  const noise = noiseOf(block)
  const square = (name: string) => matrix(`${block}.${name}.weight`, WIDTH, WIDTH, () => noise() * 0.1)
  return [
    vector(`${block}.attn_norm.weight`, WIDTH),
    square('attn_q'),
    square('attn_k'),
    square('attn_v'),
    square('attn_output'),
    vector(`${block}.ffn_norm.weight`, WIDTH),
    matrix(`${block}.ffn_gate.weight`, WIDTH, FEED_FORWARD, () => noise() * 0.1),
    matrix(`${block}.ffn_up.weight`, WIDTH, FEED_FORWARD, () => noise() * 0.1),
    matrix(`${block}.ffn_down.weight`, FEED_FORWARD, WIDTH, () => noise() * 0.1),
  ]
}

/** Numbers between −1 and 1 from a linear congruential generator (constants: Numerical Recipes), seeded by a name. */
function noiseOf(name: string): () => number {
  let state = Array.from(name).reduce((sum, letter) => sum * 31 + letter.charCodeAt(0), 7) >>> 0
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 31 - 1
  }
}

interface Tensor {
  readonly name: string
  /** Innermost dimension first, as ggml counts. */
  readonly dimensions: readonly number[]
  readonly values: Float32Array
}

function matrix(
  name: string,
  columns: number,
  rows: number,
  weight: (row: number, column: number) => number,
): Tensor {
  const values = new Float32Array(columns * rows)
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) values[row * columns + column] = weight(row, column)
  }
  return { name, dimensions: [columns, rows], values }
}

/** A normalisation's weights: all 1. */
function vector(name: string, length: number): Tensor {
  return { name, dimensions: [length], values: new Float32Array(length).fill(1) }
}

type MetadataValue =
  | { readonly kind: 'u32' | 'f32'; readonly value: number }
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'strings'; readonly value: readonly string[] }
  | { readonly kind: 'f32s' | 'i32s'; readonly value: readonly number[] }

function metadata(): [key: string, value: MetadataValue][] {
  const u32 = (value: number): MetadataValue => ({ kind: 'u32', value })
  const flag = (value: boolean): MetadataValue => ({ kind: 'bool', value })
  return [
    ['general.architecture', { kind: 'string', value: 'llama' }],
    ['general.name', { kind: 'string', value: 'rbee self-test alphabet' }],
    ['general.license', { kind: 'string', value: 'Apache-2.0' }],
    ['llama.context_length', u32(CONTEXT)],
    ['llama.embedding_length', u32(WIDTH)],
    ['llama.block_count', u32(LAYERS)],
    ['llama.feed_forward_length', u32(FEED_FORWARD)],
    ['llama.attention.head_count', u32(HEADS)],
    ['llama.attention.head_count_kv', u32(HEADS)],
    ['llama.rope.dimension_count', u32(WIDTH / HEADS)],
    ['llama.attention.layer_norm_rms_epsilon', { kind: 'f32', value: 1e-5 }],
    ['tokenizer.ggml.model', { kind: 'string', value: 'llama' }],
    ['tokenizer.ggml.tokens', { kind: 'strings', value: VOCABULARY.map((token) => token.text) }],
    ['tokenizer.ggml.scores', { kind: 'f32s', value: VOCABULARY.map((_, index) => -index) }],
    ['tokenizer.ggml.token_type', { kind: 'i32s', value: VOCABULARY.map((token) => token.type) }],
    ['tokenizer.ggml.unknown_token_id', u32(0)],
    ['tokenizer.ggml.bos_token_id', u32(1)],
    ['tokenizer.ggml.eos_token_id', u32(END_TOKEN)],
    ['tokenizer.ggml.add_bos_token', flag(true)],
    ['tokenizer.ggml.add_eos_token', flag(false)],
    ['tokenizer.ggml.add_space_prefix', flag(false)],
  ]
}

/** Numbers of GGUF's value types. */
const GGUF_TYPE = { u32: 4, i32: 5, f32: 6, bool: 7, string: 8, array: 9 } as const
const GGUF_VERSION = 3
const TENSOR_TYPE_F32 = 0
/** GGUF's default alignment of tensor data, in bytes. */
const ALIGNMENT = 32

function writeGguf(pairs: readonly [string, MetadataValue][], tensors: readonly Tensor[]): Uint8Array {
  const head: Buffer[] = [Buffer.from('GGUF'), u32(GGUF_VERSION), u64(tensors.length), u64(pairs.length)]
  for (const [key, value] of pairs) head.push(string(key), ...metadataBytes(value))
  let offset = 0
  for (const tensor of tensors) {
    head.push(string(tensor.name), u32(tensor.dimensions.length), ...tensor.dimensions.map(u64))
    head.push(u32(TENSOR_TYPE_F32), u64(offset))
    offset += aligned(tensor.values.byteLength)
  }
  return Buffer.concat([
    padded(Buffer.concat(head)),
    ...tensors.map((tensor) => padded(floats(tensor.values))),
  ])
}

function metadataBytes(entry: MetadataValue): Buffer[] {
  switch (entry.kind) {
    case 'u32':
      return [u32(GGUF_TYPE.u32), u32(entry.value)]
    case 'f32':
      return [u32(GGUF_TYPE.f32), floats([entry.value])]
    case 'bool':
      return [u32(GGUF_TYPE.bool), Buffer.from([entry.value ? 1 : 0])]
    case 'string':
      return [u32(GGUF_TYPE.string), string(entry.value)]
    case 'strings':
      return [...arrayHead(GGUF_TYPE.string, entry.value.length), ...entry.value.map(string)]
    case 'f32s':
      return [...arrayHead(GGUF_TYPE.f32, entry.value.length), floats(entry.value)]
    case 'i32s':
      return [...arrayHead(GGUF_TYPE.i32, entry.value.length), ...entry.value.map(u32)]
  }
}

function arrayHead(type: number, length: number): Buffer[] {
  return [u32(GGUF_TYPE.array), u32(type), u64(length)]
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}

function u64(value: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE(BigInt(value))
  return bytes
}

function floats(values: readonly number[] | Float32Array): Buffer {
  const bytes = Buffer.alloc(values.length * 4)
  for (const [index, value] of values.entries()) bytes.writeFloatLE(value, index * 4)
  return bytes
}

function string(text: string): Buffer {
  const bytes = Buffer.from(text)
  return Buffer.concat([u64(bytes.byteLength), bytes])
}

function aligned(length: number): number {
  return Math.ceil(length / ALIGNMENT) * ALIGNMENT
}

function padded(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc(aligned(bytes.byteLength) - bytes.byteLength)])
}
