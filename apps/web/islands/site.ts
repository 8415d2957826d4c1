// On every page: buttons that copy, moments as distances, suggestions while people type, and what runs on their machine.
import { offerCopying } from './copying/copy-buttons.ts'
import { keptMachine } from './fits/kept-machine.ts'
import { markFits } from './fits/mark-fits.ts'
import { offerFilter } from './fits/offer-filter.ts'
import { offerAnnouncements } from './markup/announce.ts'
import { offerSuggestions } from './suggest/suggest-box.ts'
import { sayHowLongAgo } from './times/relative-times.ts'

offerAnnouncements(document)
offerCopying(document)
sayHowLongAgo(document, Date.now())
for (const field of document.querySelectorAll<HTMLInputElement>('form[role="search"] input[name="q"]')) {
  offerSuggestions(field)
}
const machine = keptMachine()
if (machine !== null) {
  markFits(document, machine)
  offerFilter(document, machine.profile)
}
