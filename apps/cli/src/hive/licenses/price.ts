import type { Pricing } from '@rbee/schema'

/** What a worker costs, as people say it; null where nothing is known of it. */
export function priceText(pricing: Pricing | null): string | null {
  if (pricing === null) return null
  const price = amount(pricing)
  const days = pricing.trial_days ?? 0
  const trial = days === 0 ? null : `${days} ${days === 1 ? 'day' : 'days'} of trial`
  const parts = [price, trial].filter((part) => part !== null)
  return parts.length === 0 ? null : parts.join(', ')
}

function amount({ model, price_usd, interval }: Pricing): string | null {
  if (price_usd === undefined) return null
  switch (model) {
    case 'subscription':
      return `${price_usd} US$ a ${interval ?? 'month'}`
    case 'free':
    case 'one-time':
    case 'usage':
    case 'contact':
      return `${price_usd} US$`
  }
}
