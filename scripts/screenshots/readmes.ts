/** Of a project that writes much. */
export const LLM_README = `# LLM Worker

Serves GGUF language models with [llama.cpp](https://example.org/llama) through an OpenAI-compatible API. It holds one model,
answers several requests at once, and gives its memory back when nobody asks. The same program runs on a laptop without a GPU
and on a server with eight of them; what differs is the variant that is installed.

## Use

\`\`\`sh
rbee-hive run llm-worker --model qwen3-8b-q4_k_m.gguf --port 8080 --threads 8 --context 32768 --parallel 4 --cache-type q8_0
curl http://127.0.0.1:8080/v1/chat/completions -d '{"messages": [{"role": "user", "content": "Hello"}]}'
\`\`\`

## Models

| Model | File | Memory | Tokens a second |
|---|---|---:|---:|
| Qwen3 8B | \`qwen3-8b-q4_k_m.gguf\` | 6.2 GiB | 71 |
| Llama 3.1 70B | \`llama-3.1-70b-q4_k_m.gguf\` | 43 GiB | 11 |

## Settings

- \`--context\`: tokens that a conversation may have
- \`--parallel\`: requests that are answered at once
  1. each takes its part of the context
  2. and of the memory

> A model that is larger than the memory of the GPU runs in parts on the processor, and slower.

### What it does not do

It does not download models, keep conversations, or ask anybody on the network.
`

export const WHISPER_README = `# Whisper

Turns speech into text, with times for every word.

| Model | Memory | Words a second |
|---|---|---|
| tiny | 1 GiB | 40 |
| large | 10 GiB | 4 |

\`\`\`sh
rbee-hive run whisper-worker --model ggml-base.bin --port 8080 --threads 8 --language auto --timestamps word
\`\`\`

- reads WAV, FLAC and MP3
- [its documentation](https://example.org/)
`

/** Arabic, with commands and names from left to right. */
export const RTL_README = `# عامل الترجمة

يترجم النصوص بين العربية ولغات أخرى باستخدام نماذج GGUF على جهازك.

## الاستخدام

\`\`\`sh
rbee-hive run rtl-worker --model translate.gguf --port 8080
\`\`\`

- يعمل دون اتصال بالشبكة
- يدعم \`--language ar\`

| النموذج | الذاكرة |
|---|---|
| صغير | 1 GiB |
`
