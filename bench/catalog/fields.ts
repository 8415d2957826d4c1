// What workers of the generated catalog do, in the order of how many there are of each, and what they are made of.

/** A kind of worker. */
export interface Field {
  readonly task: string
  /** What it is called in an id: `llama-chat`. */
  readonly nouns: readonly string[]
  readonly tags: readonly string[]
  /** Families of models that do it, the most used first. */
  readonly models: readonly string[]
  readonly formats: readonly string[]
  /** What it does, for a sentence. */
  readonly does: readonly string[]
}

export const FIELDS: readonly Field[] = [
  field(
    'text-generation',
    'chat llm server runner instruct worker assistant completion',
    'llm chat text-generation gguf openai-compatible quantized instruct',
    'llama qwen mistral gemma phi deepseek mixtral falcon yi glm internlm granite olmo stablelm rwkv mamba bloom gptj neox baichuan',
    'gguf safetensors exl2 gptq awq onnx mlx ggml',
    'Runs large language models|Serves chat models over HTTP|Generates text|Answers prompts of any length|Hosts instruction-tuned language models',
  ),
  field(
    'text-to-image',
    'diffusion image-generator painter studio images worker',
    'stable-diffusion image-generation diffusion sdxl lora controlnet',
    'sdxl flux sd15 pixart kandinsky sd3 playground kolors hunyuan sana',
    'safetensors gguf onnx diffusers coreml',
    'Generates images from text|Paints pictures from a prompt|Runs diffusion models|Creates illustrations and photos',
  ),
  field(
    'automatic-speech-recognition',
    'asr transcriber speech-to-text captions dictation worker',
    'asr speech-to-text transcription whisper subtitles audio',
    'whisper parakeet canary wav2vec vosk moonshine sensevoice conformer hubert',
    'ggml ctranslate2 onnx nemo safetensors',
    'Transcribes speech|Writes down what is said|Turns recordings into text|Makes subtitles for audio and video',
  ),
  field(
    'embedding',
    'embed embeddings encoder vectors',
    'embeddings rag semantic-search vectors retrieval multilingual',
    'bge e5 gte nomic jina minilm mpnet arctic stella',
    'onnx safetensors gguf openvino',
    'Computes embeddings of text|Turns sentences into vectors|Encodes documents for semantic search',
  ),
  field(
    'text-to-speech',
    'tts voice speaker narrator speech',
    'tts text-to-speech voices speech-synthesis voice-cloning',
    'piper kokoro xtts bark tortoise vits melotts styletts parler',
    'onnx safetensors pth',
    'Speaks text aloud|Synthesises natural voices|Reads texts with a voice of your choice',
  ),
  field(
    'object-detection',
    'detector vision objects detect',
    'object-detection vision yolo realtime edge',
    'yolo detr rtdetr efficientdet owlvit groundingdino',
    'onnx tensorrt openvino tflite ncnn',
    'Detects objects in pictures|Finds and counts things in video|Draws boxes around what it knows',
  ),
  field(
    'ocr',
    'ocr text-reader scanner document-reader',
    'ocr text-recognition documents scans pdf',
    'tesseract paddleocr trocr donut surya nougat doctr',
    'onnx traineddata safetensors paddle',
    'Reads text in images|Recognises characters on scanned pages|Extracts text from photos and PDFs',
  ),
  field(
    'translation',
    'translator translate interpreter',
    'translation multilingual languages',
    'nllb marian madlad seamless opus m2m',
    'ctranslate2 onnx safetensors marian',
    'Translates text between languages|Machine translation for documents|Translates and keeps the formatting',
  ),
  field(
    'code-generation',
    'coder codegen copilot completion',
    'code programming completion fill-in-the-middle',
    'starcoder codellama qwencoder deepcoder codegemma granitecode',
    'gguf safetensors exl2',
    'Completes source code|Writes programs from comments|Suggests code while you type',
  ),
  field(
    'visual-question-answering',
    'vlm multimodal vision-chat',
    'vlm multimodal vision image-to-text',
    'llava qwenvl internvl moondream florence pixtral minicpm',
    'gguf safetensors',
    'Answers questions about pictures|Understands images and text together|Describes what it sees',
  ),
  field(
    'reranking',
    'reranker rank relevance',
    'reranker rag search retrieval',
    'bgererank colbert jinarerank monot5 mxbai',
    'onnx safetensors',
    'Sorts passages by relevance|Reranks search results|Scores how well a text answers',
  ),
  field(
    'image-segmentation',
    'segmenter mask cutout',
    'segmentation background-removal matting masks',
    'sam mask2former birefnet u2net rmbg',
    'onnx safetensors coreml',
    'Segments pictures|Cuts out people and products|Removes backgrounds',
  ),
  field(
    'image-super-resolution',
    'upscaler enhancer restore',
    'super-resolution upscaling restoration photos',
    'esrgan swinir gfpgan codeformer hat',
    'onnx ncnn pth',
    'Enlarges pictures|Restores old photos|Sharpens blurred images',
  ),
  field(
    'text-to-video',
    'video film animator',
    'video-generation text-to-video animation',
    'wan ltx cogvideo svd mochi hunyuanvideo',
    'safetensors gguf',
    'Generates short films|Animates a picture|Makes videos from a description',
  ),
  field(
    'text-to-music',
    'music composer sounds',
    'music audio-generation',
    'musicgen audioldm stableaudio yue acestep',
    'safetensors pth',
    'Composes music|Generates sounds|Writes songs from a mood',
  ),
  field(
    'moderation',
    'guard filter safety',
    'moderation safety guardrails toxicity nsfw',
    'llamaguard shieldgemma toxicbert nsfwnet',
    'onnx safetensors gguf',
    'Flags unsafe content|Checks prompts against a policy|Filters hate and spam',
  ),
  field(
    'summarization',
    'summary digest abstract',
    'summarization documents',
    'bart pegasus longt5 led',
    'onnx gguf safetensors',
    'Summarises documents|Condenses long reports|Writes minutes of meetings',
  ),
  field(
    'text-classification',
    'classifier sentiment tagger',
    'classification sentiment nlp',
    'bert roberta deberta modernbert distilbert',
    'onnx safetensors',
    'Classifies texts|Tells the mood of a review|Sorts mails by topic',
  ),
  field(
    'named-entity-recognition',
    'ner entities redactor',
    'ner entities pii privacy',
    'gliner spacy flair bertner',
    'onnx safetensors',
    'Finds names in text|Marks people, places and organisations|Removes personal data',
  ),
  field(
    'speaker-diarization',
    'diarizer speakers voice-id',
    'diarization speakers audio vad',
    'pyannote sortformer ecapa silero',
    'onnx nemo pth',
    'Tells who speaks when|Splits a recording by speaker|Finds speech in audio',
  ),
  field(
    'depth-estimation',
    'depth pose 3d',
    'depth-estimation pose-estimation 3d',
    'midas depthanything vitpose moge',
    'onnx coreml',
    'Estimates depth|Finds poses of bodies|Reconstructs scenes',
  ),
  field(
    'time-series-forecasting',
    'forecast predictor anomaly',
    'forecasting time-series anomaly',
    'chronos timesfm moirai lagllama',
    'safetensors onnx',
    'Forecasts time series|Predicts demand|Finds anomalies in measurements',
  ),
  field(
    'tool-use',
    'agent tools router',
    'agents tools function-calling',
    'hermes functionary gorilla toolace',
    'gguf safetensors',
    'Calls tools on behalf of a model|Plans and acts in steps|Routes requests to models',
  ),
  field(
    'protein-structure',
    'folder bio molecules',
    'biology proteins chemistry',
    'esmfold openfold boltz chai',
    'safetensors pth',
    'Predicts how proteins fold|Proposes molecules|Annotates genomes',
  ),
]

export const ADJECTIVES =
  'Fast Small Tiny Simple Lightweight Private Offline Multilingual Quantised Streaming Efficient Robust Experimental Minimal Portable Accurate Low-latency High-throughput Production-ready Self-contained'.split(
    ' ',
  )

export const PURPOSES = [
  'on consumer hardware',
  'with little memory',
  'for servers with several graphics cards',
  'on NVIDIA GPUs',
  'on Apple silicon',
  'on AMD Radeon cards',
  'on Intel processors',
  'on a Raspberry Pi',
  'on laptops without a GPU',
  'for production',
  'for research',
  'for call centres',
  'for developers',
  'for hospitals',
  'for schools',
  'for accountants',
  'for newsrooms',
  'for games',
  'for home automation',
  'for mobile robots',
] as const

/** SPDX expressions, the most used first. */
export const LICENSES = [
  'Apache-2.0',
  'MIT',
  'GPL-3.0-or-later',
  'BSD-3-Clause',
  'AGPL-3.0-only',
  'MPL-2.0',
  'MIT OR Apache-2.0',
  'CC-BY-NC-4.0',
  'LGPL-3.0-or-later',
  'GPL-2.0-only',
  'Proprietary',
  'CC-BY-4.0',
  'LicenseRef-Llama-Community',
  'ISC',
  'Unlicense',
  'BSL-1.0',
] as const

/** Sets of variants, the most used first; the first variant of each is the default. */
export const VARIANT_SETS: readonly (readonly string[])[] = [
  ['cpu'],
  ['cpu', 'cuda'],
  ['cuda'],
  ['cpu', 'cuda', 'metal'],
  ['cpu', 'cuda', 'rocm', 'metal', 'vulkan'],
  ['metal'],
  ['cpu', 'vulkan'],
  ['cuda', 'rocm'],
  ['rocm'],
]

/** Sets of operating systems with their architectures, the most used first. */
export const PLATFORM_SETS: readonly {
  readonly [System in 'linux' | 'macos' | 'windows']?: readonly ('x86_64' | 'aarch64')[]
}[] = [
  { linux: ['x86_64'] },
  { linux: ['x86_64', 'aarch64'] },
  { linux: ['x86_64', 'aarch64'], macos: ['aarch64'], windows: ['x86_64'] },
  { linux: ['x86_64'], macos: ['aarch64'] },
  { linux: ['x86_64'], windows: ['x86_64'] },
  { macos: ['aarch64'] },
  { windows: ['x86_64'] },
  { linux: ['aarch64'] },
]

function field(
  task: string,
  nouns: string,
  tags: string,
  models: string,
  formats: string,
  does: string,
): Field {
  const words = (text: string) => text.split(' ')
  return {
    task,
    nouns: words(nouns),
    tags: words(tags),
    models: words(models),
    formats: words(formats),
    does: does.split('|'),
  }
}
