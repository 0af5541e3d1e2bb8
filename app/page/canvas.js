// Draw on a canvas in CSS pixels, sharp on every screen and in the colours of the theme.

/** Clear a canvas at its present size on the page. */
export function sheet(canvas) {
  const { clientWidth: width, clientHeight: height } = canvas;
  const scale = window.devicePixelRatio;
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  const context = canvas.getContext("2d");
  context.setTransform(scale, 0, 0, scale, 0, 0);
  return { context, width, height, colours: colours(canvas) };
}

/** Call back whenever what is drawn would look different: another size, theme or screen. */
export function onRedraw(place, draw) {
  new ResizeObserver(draw).observe(place);
  for (const query of ["(prefers-color-scheme: dark)", `(resolution: ${window.devicePixelRatio}dppx)`]) {
    window.matchMedia(query).addEventListener("change", draw);
  }
}

function colours(canvas) {
  const style = getComputedStyle(canvas);
  const colour = (name) => style.getPropertyValue(`--${name}`).trim();
  return Object.fromEntries(["paper", "ink", "muted", "line", "accent"].map((name) => [name, colour(name)]));
}
