import type { Sampling } from '@rbee/worker-sdk'

/** llama.cpp takes a seed of 32 bits, of which the largest means "choose one" (LLAMA_DEFAULT_SEED in llama.h). */
const RANDOM_SEED = 0xffffffff

/** Sampling as llama.node names it; what is not stated stays llama.cpp's default. */
export function nativeOptions(prompt: string, sampling: Sampling, room: number): Record<string, unknown> {
  const stated = {
    temperature: sampling.temperature,
    top_p: sampling.topP,
    seed: sampling.seed === null ? null : Math.abs(sampling.seed) % RANDOM_SEED,
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
