import './base.css';
import './language.css';
import './problems.css';
import './widgets.css';
