/** Makers of GPUs for which there are variants. */
export const GPU_VENDORS = ['nvidia', 'amd', 'intel', 'apple'] as const
