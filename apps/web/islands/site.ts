// On every page: buttons that copy, which only a browser with a clipboard has.
import { offerCopying } from './copying/copy-buttons.ts'
import { sayHowLongAgo } from './times/relative-times.ts'

offerCopying(document)
sayHowLongAgo(document, Date.now())
