/**
 * Teaches the dictionary what planning from the board says.
 */

import { learn } from "./words.js";
import { PLANNING_EN } from "./words_planning_en.js";
import { PLANNING_ZH } from "./words_planning_zh.js";

learn(PLANNING_EN, PLANNING_ZH);
