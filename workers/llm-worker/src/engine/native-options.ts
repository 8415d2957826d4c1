import type { Sampling } from '@rbee/worker-sdk'

/** Sampling as llama.node names it; what is not stated stays llama.cpp's default. */
export function nativeOptions(prompt: string, sampling: Sampling, room: number): Record<string, unknown> {
  const stated = {
    temperature: sampling.temperature,
    top_p: sampling.topP,
    // llama.node takes a seed as a 32-bit number.
    seed: sampling.seed === null ? null : sampling.seed >>> 0,
    penalty_present: sampling.presencePenalty,
    penalty_freq: sampling.frequencyPenalty,
    // The library reads temperature 0 as "not stated"; one candidate is what greedy means.
    top_k: sampling.temperature === 0 ? 1 : null,
  }
  return {
    prompt,
    n_predict: Math.min(sampling.maxTokens ?? room, room),
    stop: [...sampling.stop],
    ...Object.fromEntries(Object.entries(stated).filter(([, value]) => value !== null)),
  }
}
