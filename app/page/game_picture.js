// Draw the game: the grid, the target and the dot, which differ in shape and not in colour alone.

import { sheet } from "./canvas.js";
import { SIZE } from "./game.js";

const TURNS = { right: 0, down: 0.25, left: 0.5, up: 0.75 };

/** Draw the game as it stands; isCalm lets the dot jump from cell to cell instead of sliding. */
export function drawGame(canvas, game, isCalm) {
  const { context, width, colours } = sheet(canvas);
  const cell = width / SIZE;
  const middle = ([x, y]) => [(x + 0.5) * cell, (y + 0.5) * cell];
  drawGrid(context, cell, colours.line);
  drawTarget(context, middle(game.target.cell), cell, game.target.isDiamond, colours.accent);
  drawDot(context, middle(isCalm ? game.cell : between(game)), cell, game, colours);
}

/** Where the dot is on its way from one cell to the next. */
function between({ before, cell, phase }) {
  const share = Math.min(1, 2 * phase);
  return cell.map((place, axis) => before[axis] + share * (place - before[axis]));
}

function drawGrid(context, cell, colour) {
  context.fillStyle = colour;
  for (let x = 0; x < SIZE; x++) {
    for (let y = 0; y < SIZE; y++) {
      context.beginPath();
      context.arc((x + 0.5) * cell, (y + 0.5) * cell, Math.max(2, 0.05 * cell), 0, 2 * Math.PI);
      context.fill();
    }
  }
}

function drawTarget(context, [x, y], cell, isDiamond, colour) {
  const radius = 0.36 * cell;
  context.beginPath();
  if (isDiamond) {
    for (const [right, down] of [[0, -1], [1, 0], [0, 1], [-1, 0]]) context.lineTo(x + right * radius, y + down * radius);
    context.closePath();
  } else {
    context.arc(x, y, radius, 0, 2 * Math.PI);
  }
  context.strokeStyle = colour;
  context.lineWidth = 0.1 * cell;
  context.lineJoin = "round";
  context.stroke();
}

/** Draw the dot with an arrow that shows its heading, faint while it stands. */
function drawDot(context, [x, y], cell, { heading, isMoving }, { ink, paper }) {
  const radius = 0.24 * cell;
  context.save();
  context.translate(x, y);
  context.fillStyle = ink;
  context.beginPath();
  context.arc(0, 0, radius, 0, 2 * Math.PI);
  context.fill();
  context.rotate(2 * Math.PI * TURNS[heading]);
  context.strokeStyle = paper;
  context.globalAlpha = isMoving ? 1 : 0.5;
  context.lineWidth = 0.06 * cell;
  context.beginPath();
  context.moveTo(-0.25 * radius, -0.5 * radius);
  context.lineTo(0.35 * radius, 0);
  context.lineTo(-0.25 * radius, 0.5 * radius);
  context.stroke();
  context.restore();
}
