import './base.css';
import './language.css';
import './problems.css';
import './results.css';
import './widgets.css';
