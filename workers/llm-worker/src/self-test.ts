import type { Generation, LoadedModel, Sampling, SelfTestContext } from '@rbee/worker-sdk'

/** Greedy, so that the answer is one that can be compared letter by letter. */
const GREEDY: Sampling = {
  maxTokens: null,
  temperature: 0,
  topP: null,
  seed: 1,
  stop: [],
  presencePenalty: null,
  frequencyPenalty: null,
}

/** Loads the alphabet model through llama.cpp and compares what it generates with what its weights spell. */
export async function selfTest(context: SelfTestContext, modelFile: string): Promise<void> {
  const model = await context.load(modelFile)
  try {
    await expectText(context, model, 'abc', GREEDY, 'defghijklmnopqrstuvwxyz', 'stop')
    await expectText(context, model, 'wx', { ...GREEDY, maxTokens: 1 }, 'y', 'length')
  } finally {
    await model.close?.()
  }
}

async function expectText(
  context: SelfTestContext,
  model: LoadedModel,
  prompt: string,
  sampling: Sampling,
  expected: string,
  expectedReason: string,
): Promise<void> {
  const { signal, log } = context
  const generation = await model.complete?.({ prompt, ...sampling }, { signal, log })
  if (generation === undefined) throw new Error('The model does not complete texts.')
  const { text, reason } = await collect(generation)
  if (text === expected && reason === expectedReason) return
  throw new Error(
    `llama.cpp completed "${prompt}" with "${text}" (${reason}); the test model spells "${expected}" (${expectedReason}).`,
  )
}

async function collect({ pieces }: Generation): Promise<{ text: string; reason: string }> {
  let text = ''
  let next = await pieces.next()
  while (!next.done) {
    text += typeof next.value === 'string' ? next.value : next.value.text
    next = await pieces.next()
  }
  return { text, reason: next.value }
}
