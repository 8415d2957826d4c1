// Written before the search was run on any of them, and not changed to please it: a judgement that turns out to be wrong is
// corrected in a commit of its own, which says why.

/** What somebody looks for, and how well each worker of the corpus answers it. */
export interface JudgedQuery {
  readonly kind: QueryKind
  readonly q: string
  /** Parameters of the search beside `q`. */
  readonly filters: Readonly<Record<string, string>>
  /** By worker: 3 is what was looked for, 2 does it as well, 1 helps; all others are not relevant. None: nothing is to be found. */
  readonly grades: ReadonlyMap<string, 1 | 2 | 3>
}

export type QueryKind =
  | 'id'
  | 'name'
  | 'prefix'
  | 'typo'
  | 'synonym'
  | 'plain words'
  | 'hardware'
  | 'format'
  | 'licence'
  | 'nothing'
  | 'other language'
  | 'topic'
  | 'phrase'

/** Which half a query belongs to: those at even places may be tuned on, the others only show what tuning is worth. */
export type Half = 'tuned' | 'held_out'

export function queriesOf(half: Half): JudgedQuery[] {
  return JUDGED_QUERIES.filter((_, place) => (place % 2 === 0 ? 'tuned' : 'held_out') === half)
}

const ASR = 'whisper-server faster-whisper parakeet-asr vosk-worker'
const LLM =
  'mistral-chat qwen-worker gemma-runner deepseek-worker exllama-worker mlx-llm phi-runner french-llm rocm-llm arc-llm npu-llm llama-mini rwkv-worker mamba-serve roleplay-llm llm-enterprise json-llm candle-worker'
const GGUF_LLM =
  'mistral-chat qwen-worker gemma-runner deepseek-worker codegen-worker rocm-llm arc-llm french-llm json-llm llama-mini roleplay-llm llava-worker'
const MORE_GGUF =
  'flux-worker sd-worker rag-server qwen-vl function-caller nomic-embed code-review sql-writer llama-guard llm-enterprise candle-worker agent-runner starcoder-serve commit-messages long-summary medical-qa spell-fixer legal-assistant'
const EMBEDDINGS = 'bge-embed e5-embed nomic-embed'
const MORE_SD = 'sdxl-turbo comfy-worker controlnet-worker'

/** In pairs of one kind, so that both halves ask for the same things. */
export const JUDGED_QUERIES: readonly JudgedQuery[] = [
  judged('id', 'whisper-server', { 3: 'whisper-server', 1: 'faster-whisper whisper-live' }),
  judged('id', 'llm-worker', { 3: 'llm-worker', 1: 'llama-server vllm-worker' }),
  judged('id', 'bge-rerank', { 3: 'bge-rerank', 1: 'colbert-rank bge-embed' }),
  judged('id', 'sd-worker', { 3: 'sd-worker', 1: 'sdxl-turbo comfy-worker flux-worker' }),
  judged('id', 'llm-worker-cuda', { 3: 'llm-worker', 1: 'vllm-worker exllama-worker llama-server' }),
  judged('id', 'ocr-worker-cpu', { 3: 'ocr-worker', 1: 'tesseract-ocr' }),

  judged('name', 'Faster Whisper', { 3: 'faster-whisper', 2: 'whisper-server', 1: 'whisper-live' }),
  judged('name', 'Piper voice', { 3: 'piper-voice', 1: 'kokoro-tts' }),

  judged('prefix', 'whis', { 3: 'whisper-server faster-whisper whisper-live' }),
  judged('prefix', 'tesser', { 3: 'tesseract-ocr' }),
  judged('prefix', 'embed', { 3: EMBEDDINGS, 2: 'code-embed clip-worker', 1: 'vector-store candle-worker' }),
  judged('prefix', 'transl', {
    3: 'nllb-translate marian-translate',
    2: 'subtitle-translator speech-translator uebersetzer honyaku',
  }),
  judged('prefix', 'segm', { 3: 'sam-worker', 2: 'satellite-segment background-remover' }),
  judged('prefix', 'diar', { 3: 'diarizer' }),

  judged('typo', 'wisper', { 3: 'whisper-server faster-whisper whisper-live' }),
  judged('typo', 'tesseratc', { 3: 'tesseract-ocr' }),
  judged('typo', 'lama server', { 3: 'llama-server', 2: 'llm-worker', 1: 'old-llama llama-mini' }),
  judged('typo', 'stabel diffusion', { 3: 'sd-worker', 2: MORE_SD, 1: 'flux-worker' }),
  judged('typo', 'embeddigns', { 3: EMBEDDINGS, 2: 'code-embed clip-worker', 1: 'vector-store' }),
  judged('typo', 'transcripton', {
    3: 'whisper-server faster-whisper whisper-live',
    2: 'parakeet-asr vosk-worker',
    1: 'midi-transcriber call-center-asr',
  }),
  judged('typo', 'backgroud remover', { 3: 'background-remover', 1: 'inpaint-worker' }),
  judged('typo', 'gguf quantizer', { 3: 'gguf-quantiser' }),

  judged('synonym', 'sd', { 3: 'sd-worker', 2: MORE_SD, 1: 'flux-worker' }),
  judged('synonym', 'asr', {
    3: ASR,
    2: 'whisper-live call-center-asr medical-dictation',
    1: 'speech-translator',
  }),
  judged('synonym', 'tts', {
    3: 'piper-voice kokoro-tts',
    2: 'xtts-clone bark-audio espeak-worker',
    1: 'audiobook-maker sprachausgabe',
  }),
  judged('synonym', 'speech to text', {
    3: 'whisper-server faster-whisper',
    2: 'vosk-worker parakeet-asr whisper-live',
    1: 'call-center-asr medical-dictation',
  }),
  judged('synonym', 'text to speech', {
    3: 'piper-voice kokoro-tts',
    2: 'xtts-clone bark-audio espeak-worker',
    1: 'audiobook-maker sprachausgabe',
  }),
  judged('synonym', 'stt', { 3: ASR, 2: 'whisper-live', 1: 'call-center-asr medical-dictation' }),
  judged('synonym', 'gpu llm', {
    3: 'llm-worker llama-server vllm-worker exllama-worker',
    2: 'deepseek-worker rocm-llm arc-llm mlx-llm mistral-chat qwen-worker gemma-runner french-llm candle-worker mamba-serve llm-enterprise roleplay-llm',
  }),
  judged('synonym', 'large language model', {
    3: 'llm-worker llama-server vllm-worker',
    2: LLM,
    1: 'old-llama',
  }),
  judged('synonym', 'txt2img', {
    3: 'sd-worker flux-worker',
    2: 'sdxl-turbo comfy-worker',
    1: 'pixel-art logo-maker',
  }),
  judged('synonym', 'image generator', {
    3: 'sd-worker flux-worker comfy-worker',
    2: 'sdxl-turbo pixel-art controlnet-worker',
    1: 'logo-maker',
  }),
  judged('synonym', 'vlm', {
    3: 'llava-worker qwen-vl',
    2: 'video-captioner screen-agent',
    1: 'image-captioner',
  }),
  judged('synonym', 'ner', { 3: 'ner-tagger', 1: 'pii-scrubber' }),
  judged('synonym', 'voice activity', { 3: 'silero-vad', 1: 'wake-word' }),
  judged('synonym', 'background removal', { 3: 'background-remover', 1: 'inpaint-worker' }),

  judged('plain words', 'read text from a photo', {
    3: 'ocr-worker tesseract-ocr',
    2: 'paddle-ocr handwriting-ocr',
    1: 'latex-ocr receipt-reader plate-reader pdf-to-markdown',
  }),
  judged('plain words', 'who is speaking in a meeting', { 3: 'diarizer', 2: 'speaker-id' }),
  judged('plain words', 'remove noise from audio', { 3: 'noise-remover' }),
  judged('plain words', 'remove personal data from text', { 3: 'pii-scrubber', 1: 'face-blur' }),
  judged('plain words', 'turn pdf into markdown', { 3: 'pdf-to-markdown', 1: 'table-extractor' }),
  judged('plain words', 'translate video subtitles', {
    3: 'subtitle-translator',
    1: 'nllb-translate marian-translate',
  }),
  judged('plain words', 'answer questions about my documents', {
    3: 'rag-server',
    1: 'medical-qa legal-assistant',
  }),
  judged('plain words', 'make old photos look better', { 3: 'face-restore', 2: 'colorizer upscaler' }),
  judged('plain words', 'separate vocals from music', { 3: 'stem-splitter' }),
  judged('plain words', 'compose music', { 3: 'musicgen-worker', 1: 'sound-effects' }),
  judged('plain words', 'chat with a model on a mac', {
    3: 'mlx-llm',
    2: 'llm-worker llama-server mistral-chat',
    1: 'candle-worker llama-mini',
  }),
  judged('plain words', 'small model for raspberry pi', {
    3: 'llama-mini',
    2: 'piper-voice tflite-worker',
    1: 'vosk-worker',
  }),

  judged('hardware', 'amd llm', { 3: 'rocm-llm', 2: 'vllm-worker llm-worker llama-server deepseek-worker' }),
  judged('hardware', 'apple silicon', {
    3: 'mlx-llm',
    2: 'coreml-worker',
    1: 'llm-worker llama-server whisper-server',
  }),
  judged('hardware', 'nvidia speech recognition', {
    3: 'parakeet-asr',
    2: 'faster-whisper',
    1: 'whisper-server whisper-live',
  }),
  judged('hardware', 'intel npu', { 3: 'openvino-worker', 2: 'npu-llm', 1: 'arc-llm' }),
  judged('hardware', 'object detection edge tpu', {
    3: 'coral-detect',
    1: 'yolo-worker detr-worker jetson-vision tflite-worker',
  }),
  judged('hardware', 'jetson', { 3: 'jetson-vision' }),

  judged('format', 'gguf', { 3: 'llm-worker llama-server gguf-quantiser', 2: GGUF_LLM, 1: MORE_GGUF }),
  judged('format', 'onnx runtime', {
    3: 'onnx-worker',
    2: 'phi-runner onnx-export',
    1: 'webgpu-worker openvino-worker tensorrt-worker',
  }),
  judged('format', 'safetensors to gguf', { 3: 'gguf-quantiser' }),
  judged('format', 'tflite', {
    3: 'tflite-worker',
    2: 'coral-detect',
    1: 'pose-worker bird-sounds plant-id gesture-control wake-word midi-transcriber',
  }),

  judged('licence', 'mit licensed whisper', { 3: 'whisper-server faster-whisper whisper-live' }),
  judged(
    'licence',
    'ocr',
    { 3: 'ocr-worker tesseract-ocr paddle-ocr', 1: 'receipt-reader' },
    { license: 'apache' },
  ),
  judged(
    'licence',
    'object detection',
    { 3: 'detr-worker', 2: 'coral-detect jetson-vision openvino-worker' },
    { license: 'apache' },
  ),
  judged('licence', 'tts', { 3: 'espeak-worker', 2: 'audiobook-maker' }, { license: 'gpl' }),

  judged('nothing', 'blockchain wallet', {}),
  judged('nothing', 'kubernetes ingress', {}),
  judged('nothing', 'xqzvtpl', {}),
  judged('nothing', 'wordpress plugin', {}),

  judged('other language', '翻訳', { 3: 'honyaku' }),
  judged('other language', '文字识别', { 3: 'paddle-ocr' }),
  judged('other language', 'übersetzung', { 3: 'uebersetzer' }),
  judged('other language', 'ubersetzer', { 3: 'uebersetzer' }),
  judged('other language', 'modele de langue', { 3: 'french-llm' }),
  judged('other language', 'sprachsynthese deutsch', { 3: 'sprachausgabe' }),

  judged('topic', 'moderation', { 3: 'toxic-filter llama-guard nsfw-detector', 1: 'prompt-shield' }),
  judged('topic', 'object detection', {
    3: 'yolo-worker detr-worker',
    2: 'coral-detect jetson-vision openvino-worker',
    1: 'plate-reader xray-reader',
  }),
  judged('topic', 'code', {
    3: 'codegen-worker starcoder-serve',
    2: 'code-review code-embed sql-writer',
    1: 'commit-messages',
  }),
  judged('topic', 'embeddings rag', {
    3: EMBEDDINGS,
    2: 'rag-server bge-rerank',
    1: 'code-embed colbert-rank clip-worker',
  }),
  judged('topic', 'summarize meetings', { 3: 'bart-summary', 2: 'long-summary' }),
  judged('topic', 'video', {
    3: 'video-gen',
    2: 'frame-interpolator talking-head video-captioner comfy-worker',
    1: 'subtitle-translator yolo-worker face-blur',
  }),
  judged('topic', 'face', { 3: 'face-recogniser face-restore face-blur', 2: 'deepfake-detector' }),
  judged('topic', 'fine tune lora', { 3: 'lora-trainer', 1: 'mlx-llm sd-worker' }),

  judged('phrase', '"speech recognition"', {
    3: 'parakeet-asr vosk-worker',
    2: 'whisper-server faster-whisper whisper-live',
    1: 'call-center-asr medical-dictation',
  }),
  judged('phrase', '"prompt injection"', { 3: 'prompt-shield', 1: 'llama-guard' }),
]

/** @param grades names workers with blanks between them. */
function judged(
  kind: QueryKind,
  q: string,
  grades: Readonly<Partial<Record<1 | 2 | 3, string>>>,
  filters: Readonly<Record<string, string>> = {},
): JudgedQuery {
  const graded = ([3, 2, 1] as const).flatMap((grade) =>
    (grades[grade]?.split(' ') ?? []).map((id) => [id, grade] as const),
  )
  return { kind, q, filters, grades: new Map(graded) }
}
