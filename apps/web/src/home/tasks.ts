import type { TagList } from '@rbee/schema'

/** What workers are looked for, in the words of people, with the tags that the field uses for it. */
const TASKS: readonly { readonly name: string; readonly tags: readonly string[] }[] = [
  { name: 'Chat and text', tags: ['llm', 'text-generation', 'chat'] },
  { name: 'Speech to text', tags: ['speech-to-text', 'asr', 'whisper'] },
  { name: 'Text to speech', tags: ['text-to-speech', 'tts'] },
  { name: 'Images', tags: ['image-generation', 'text-to-image', 'stable-diffusion'] },
  { name: 'Reading images', tags: ['ocr', 'text-recognition'] },
  { name: 'Vision', tags: ['vision', 'image-to-text'] },
  { name: 'Embeddings', tags: ['embeddings', 'embedding'] },
  { name: 'Reranking', tags: ['reranking', 'rerank'] },
  { name: 'Translation', tags: ['translation'] },
  { name: 'Music and sound', tags: ['music', 'audio'] },
  { name: 'Video', tags: ['video', 'text-to-video'] },
]

export interface Task {
  readonly name: string
  readonly tag: string
  readonly count: number
}

/** Tasks for which there are workers, each under its commonest tag; the commonest tags where none is known. */
export function tasksOf(tags: TagList['tags']): Task[] {
  const known = TASKS.flatMap(({ name, tags: names }) => {
    const [commonest] = tags
      .filter((tag) => names.includes(tag.name))
      .sort((one, other) => other.count - one.count)
    return commonest === undefined ? [] : [{ name, tag: commonest.name, count: commonest.count }]
  })
  if (known.length > 0) return known
  return tags.slice(0, TASKS.length).map(({ name, count }) => ({ name, tag: name, count }))
}
