import { listen } from './stream.js';

// Shows a changed price or stock on an open product page.
const page = document.querySelector('[data-live]');
const [price, was, stock, live, news, add] = ['price', 'was', 'stock', 'live', 'news', 'add'].map(id => document.getElementById(id));

listen(page.dataset.live, 'product', product => {
  live.hidden = false;
  if (product.price !== price.textContent) {
    was.textContent = price.textContent;
    was.hidden = false;
    price.textContent = product.price;
    news.textContent = `The price is now ${product.price}.`;
    highlight(price);
  }

  if (product.stock !== stock.textContent) {
    stock.textContent = product.stock;
    stock.className = product.available ? 'in-stock' : 'sold-out';
    add.disabled = !product.available;
    highlight(stock);
  }
});

function highlight(element) {
  element.classList.remove('changed');
  void element.offsetWidth; // So that the animation starts anew.
  element.classList.add('changed');
}
