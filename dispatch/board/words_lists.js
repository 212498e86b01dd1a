/**
 * Teaches the dictionary what the lists and the slot finder say.
 */

import { learn } from "./words.js";
import { LISTS_EN } from "./words_lists_en.js";
import { LISTS_ZH } from "./words_lists_zh.js";

learn(LISTS_EN, LISTS_ZH);
