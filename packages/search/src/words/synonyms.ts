import { STOP_WORDS } from './stop-words.ts'
import { tokensOf } from './tokens.ts'

/**
 * Words of the field that mean the same to who searches. Each line is one meaning; whoever asks for one of its terms finds
 * workers that use another, behind those that use the very term. A term may be of several words.
 *
 * A line belongs here when documentation of well-known projects uses its terms for each other:
 * - tasks carry the names of Hugging Face's list of pipelines (huggingface.co/tasks) and of OpenAI's API reference;
 * - models are listed with the task they are the best known of: whisper with speech to text (openai/whisper), stable
 *   diffusion with text to image (CompVis/stable-diffusion);
 * - backends are listed with the word people say instead: gpu for cuda, rocm, metal and vulkan.
 * Terms that mean other things as well (sd card, rag, tts engine names) are left out unless the field's meaning prevails.
 */
const MEANINGS: readonly (readonly string[])[] = [
  ['sd', 'stable diffusion'],
  ['sdxl', 'stable diffusion xl'],
  ['text to image', 'txt2img', 'text2image', 'image generation', 'stable diffusion', 'image generator'],
  ['img2img', 'image to image', 'image editing'],
  [
    'asr',
    'stt',
    'speech to text',
    'speech recognition',
    'transcription',
    'transcribe',
    'whisper',
    'dictation',
  ],
  ['tts', 'text to speech', 'speech synthesis', 'voice synthesis'],
  ['vad', 'voice activity detection', 'speech detection'],
  ['diarization', 'diarisation', 'speaker identification'],
  ['llm', 'large language model', 'language model', 'text generation', 'chat', 'completion'],
  ['chatbot', 'chat', 'assistant'],
  ['vlm', 'vision language model', 'image text to text', 'multimodal', 'image captioning'],
  [
    'ocr',
    'optical character recognition',
    'text recognition',
    'read text',
    'image to text',
    'document scanning',
  ],
  ['photo', 'picture', 'image', 'photograph'],
  ['embedding', 'sentence similarity', 'feature extraction', 'vector', 'sentence embedding'],
  ['rerank', 'reranker', 'reranking', 'cross encoder'],
  ['rag', 'retrieval augmented generation'],
  ['translation', 'translate', 'translator', 'mt', 'machine translation'],
  ['summarization', 'summarisation', 'summarize', 'summarise', 'summarizer', 'summary'],
  ['object detection', 'yolo', 'bounding box'],
  ['segmentation', 'sam', 'segment anything', 'background removal'],
  ['upscaling', 'upscale', 'upscaler', 'super resolution', 'superresolution'],
  ['text to video', 'video generation', 'txt2vid'],
  ['text to music', 'music generation', 'musicgen'],
  ['code generation', 'code completion', 'coding', 'code assistant', 'copilot'],
  ['nsfw', 'content moderation', 'moderation', 'safety classifier'],
  ['gpu', 'cuda', 'rocm', 'metal', 'vulkan'],
  ['nvidia', 'cuda', 'geforce', 'rtx'],
  ['amd', 'rocm', 'radeon', 'hip'],
  ['apple', 'metal', 'macos', 'mac', 'apple silicon', 'mlx'],
  ['intel', 'openvino', 'sycl'],
  ['raspberry pi', 'arm', 'arm64', 'aarch64'],
  ['x86', 'x86 64', 'amd64', 'x64'],
  ['windows', 'win', 'win32', 'win64'],
  ['gguf', 'ggml', 'llama cpp', 'llamacpp'],
  ['safetensors', 'safetensor'],
  ['quantized', 'quantised', 'quantization', 'quantisation', 'int4', 'int8', 'q4', 'q8'],
  ['streaming', 'realtime', 'real time', 'live'],
  ['batching', 'batch', 'throughput'],
  ['finetuning', 'fine tuning', 'lora', 'finetune'],
  ['pdf', 'document'],
  ['offline', 'local'],
]

/** A term as its words. */
export type Term = readonly string[]

const BY_WORDS: ReadonlyMap<string, readonly Term[]> = tableOf(MEANINGS)
/** Words in the longest term. */
export const LONGEST_TERM = Math.max(...[...BY_WORDS.keys()].map((key) => key.split(' ').length))

/** Terms that hold words which queries leave out, longest first: without these their order would be lost. */
const ORDERED: readonly Term[] = MEANINGS.flat()
  .map((text) => tokensOf(text))
  .filter((term) => term.some((word) => STOP_WORDS.has(word)))
  .sort((a, b) => b.length - a.length)

/** How many words from `index` on are one term whose order matters; 1 where none begins there. */
export function orderedLength(words: readonly string[], index: number): number {
  const found = ORDERED.find((term) => term.every((word, offset) => words[index + offset] === word))
  return found?.length ?? 1
}

/** Other terms for a term, with or without words that queries leave out; empty where there is none. */
export function synonymsOf(words: Term): readonly Term[] {
  return BY_WORDS.get(words.join(' ')) ?? []
}

function tableOf(meanings: readonly (readonly string[])[]): Map<string, Term[]> {
  const table = new Map<string, Map<string, Term>>()
  for (const meaning of meanings) {
    const terms = meaning.map((text) => tokensOf(text))
    for (const term of terms) {
      // As it is written, and without the words that queries leave out.
      for (const key of new Set([term.join(' '), keyOf(term) ?? term.join(' ')])) {
        const others = table.get(key) ?? new Map<string, Term>()
        for (const other of terms) if (other !== term) others.set(other.join(' '), other)
        table.set(key, others)
      }
    }
  }
  return new Map([...table].map(([key, others]) => [key, [...others.values()]]))
}

/** A term as queries hold it. Null for one of which they hold less: "image to image" is asked for as "image". */
function keyOf(term: Term): string | null {
  const telling = term.filter((word) => !STOP_WORDS.has(word))
  return new Set(telling).size === telling.length && telling.length > 0 ? telling.join(' ') : null
}
