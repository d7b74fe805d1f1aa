namespace FastOrm.Cache.Tests.Integration.Browser;

/// <summary>What a page must have so that everyone can use it, as far as a script can tell.</summary>
internal static class Accessibility
{
    /// <summary>
    /// Gives a list of complaints: a page without a main heading or one of the landmarks that are given, controls and pictures without a name, ids that are there twice,
    /// and text whose contrast with what is behind it is below 4.5 to 1 (3 to 1 for large text), as WCAG 2.2 asks at level AA.
    /// </summary>
    public const string Script = """
        landmarks => {
          const complaints = [];
          const check = (holds, complaint) => { if (!holds) complaints.push(complaint); };
          const all = selector => [...document.querySelectorAll(selector)];

          check(document.documentElement.lang !== '', 'no language');
          check(all('h1').length === 1, `${all('h1').length} main headings`);
          for (const landmark of landmarks) check(all(landmark).length > 0, `no ${landmark}`);
          const ids = all('[id]').map(element => element.id);
          check(new Set(ids).size === ids.length, `ids twice: ${ids.filter((id, i) => ids.indexOf(id) !== i)}`);
          for (const control of all('input:not([type=hidden]), select')) {
            check(control.labels?.length > 0 || control.ariaLabel, `no label: ${control.outerHTML}`);
          }
          for (const active of all('a[href], button')) {
            check(active.textContent.trim() !== '' || active.ariaLabel, `no name: ${active.outerHTML}`);
          }
          for (const picture of all('svg, img')) {
            check(picture.ariaHidden === 'true' || picture.ariaLabel || picture.alt, `no text: ${picture.outerHTML.slice(0, 80)}`);
          }

          // Colours are read through a canvas, which knows every way of writing them.
          const canvas = Object.assign(document.createElement('canvas'), { width: 1, height: 1 });
          const context = canvas.getContext('2d', { willReadFrequently: true });
          const rgba = colour => {
            context.clearRect(0, 0, 1, 1);
            context.fillStyle = colour;
            context.fillRect(0, 0, 1, 1);
            const [r, g, b, a] = context.getImageData(0, 0, 1, 1).data;
            return [r, g, b, a / 255];
          };
          const over = (top, below) => top.slice(0, 3).map((c, i) => c * top[3] + below[i] * (1 - top[3])).concat(1);
          const behind = element => element === null ? [255, 255, 255, 1] : (own => own[3] === 1 ? own : over(own, behind(element.parentElement)))(
            rgba(getComputedStyle(element).backgroundColor));
          const luminance = colour => colour.slice(0, 3)
            .map(c => c / 255).map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
            .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
          const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT, node =>
            node.textContent.trim() !== '' && node.parentElement.checkVisibility() && !node.parentElement.closest('svg, .hidden, .stars, [disabled], noscript')
              ? NodeFilter.FILTER_ACCEPT : NodeFilter.FILTER_REJECT);
          while (texts.nextNode()) {
            const element = texts.currentNode.parentElement;
            const style = getComputedStyle(element);
            const ground = behind(element);
            const [light, dark] = [luminance(over(rgba(style.color), ground)), luminance(ground)].sort((a, b) => b - a);
            const contrast = (light + 0.05) / (dark + 0.05);
            const large = parseFloat(style.fontSize) >= 24 || parseFloat(style.fontSize) >= 18.66 && Number(style.fontWeight) >= 700;
            check(contrast >= (large ? 3 : 4.5), `contrast ${contrast.toFixed(2)}: ${texts.currentNode.textContent.trim().slice(0, 40)}`);
          }

          return complaints;
        }
        """;
}
